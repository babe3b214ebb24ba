-- The people a notice may be written to, who get a copy and who write, and the
-- parent that receives the messages of a debtor.

-- +goose Up
alter table contact
    add column preferred         boolean not null default false,
    -- the channels it may be written to by; all when there are none
    add column channels          text[]  not null default '{}',
    add column preferred_channel text    not null default '',
    -- the order, contract or invoice it alone speaks for
    add column scope             text    not null default '',
    add column valid_from        date,
    add column valid_until       date,
    -- since when a provider knows that nothing arrives there
    add column email_invalid_at  timestamptz,
    add column email_invalid_why text    not null default '',
    add column phone_invalid_at  timestamptz,
    add column phone_invalid_why text    not null default '',
    add constraint contact_validity_check check (valid_until >= valid_from);
-- Each import asks whether a person is preferred: in a table that was never analysed, one debtor's rows must be cheaper to find than a creditor's.
create index contact_preferred on contact (creditor, debtor, role) where preferred;
create index contact_by_email on contact (creditor, lower(email)) where email <> '';
create index contact_by_phone on contact (creditor, phone) where phone <> '';

-- Until now the first contact of a role was written to. It stays so, where several
-- would now have to be told apart by a person.
update contact c
set preferred = true
where c.id in (
    select min(id) from contact where email <> '' group by creditor, debtor, role having count(distinct lower(email)) > 1
    union all
    select min(id) from contact where phone <> '' and email = '' group by creditor, debtor, role having count(distinct phone) > 1);

alter table debtor
    -- another debtor of the creditor, which need not be known yet
    add column parent  text not null default '',
    add column bill_to text not null default '' check (bill_to in ('', 'parent')),
    add constraint debtor_parent_check check (parent <> id and (bill_to = '' or parent <> ''));
create index debtor_by_parent on debtor (creditor, parent) where parent <> '';

-- The people at the creditor.
create table colleague (
    id          bigint generated always as identity primary key,
    creditor    text not null references creditor,
    -- whom it looks after; '' is all debtors
    debtor      text not null,
    role        text not null check (role <> ''),
    name        text not null,
    email       text not null check (email <> ''),
    -- it stands in the configuration, which replaces it
    configured  boolean not null,
    recorded_at timestamptz not null default now(),
    unique (creditor, debtor, role, email)
);

-- The key that signs the links in messages: of two random UUIDs, 244 random bits.
create table link_key (
    only_row    boolean primary key default true check (only_row),
    key         bytea not null check (length(key) = 32),
    recorded_at timestamptz not null default now()
);
insert into link_key (key) values (sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea));

-- +goose Down
drop table link_key, colleague;
alter table debtor drop column parent, drop column bill_to;
drop index contact_preferred, contact_by_email, contact_by_phone;
alter table contact
    drop column preferred, drop column channels, drop column preferred_channel, drop column scope, drop column valid_from, drop column valid_until,
    drop column email_invalid_at, drop column email_invalid_why, drop column phone_invalid_at, drop column phone_invalid_why;
