-- Who asked not to be written to by a channel. A wish that was withdrawn stays as
-- the record of what held when. A letter cannot be refused.

-- +goose Up
create table opt_out (
    id            bigint generated always as identity primary key,
    creditor      text not null references creditor,
    -- '' when nobody knows whose address it is; then the address is known
    debtor        text not null,
    channel       text not null check (channel not in ('', 'letter', 'registered-letter')),
    -- e-mail addresses in small letters, numbers in E.164 form; '' is every address of the debtor
    address       text not null,
    source        text not null check (source <> ''),
    actor         text not null default '',
    at            timestamptz not null,
    withdrawn_at  timestamptz,
    withdrawn_by  text not null default '',
    withdrawn_why text not null default '',
    recorded_at   timestamptz not null default now(),
    check (debtor <> '' or address <> '')
);
create unique index opt_out_that_holds on opt_out (creditor, debtor, channel, address) where withdrawn_at is null;
create index opt_out_by_address on opt_out (creditor, address) where withdrawn_at is null;

-- +goose Down
drop table opt_out;
