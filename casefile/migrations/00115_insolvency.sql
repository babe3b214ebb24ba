-- What is known of a debtor that bears on all of its cases: insolvency proceedings
-- and hardship.

-- +goose Up
alter table debtor
    -- what its cases must know, as they carry it, and how often that has changed
    add column standing          jsonb not null default '{}' check (jsonb_typeof(standing) = 'object'),
    add column standing_revision int   not null default 0;
create index debtor_with_standing on debtor (creditor, id) where standing_revision > 0;
create index debtor_by_siren on debtor (siren) where siren <> '';

alter table collection_case
    -- the revision of the debtor's standing that its workflow was told of
    add column standing_told   int not null default 0,
    -- the last day of the declaration of which a person was told
    add column insolvency_told date;

-- Each revision is what was known of the proceedings after a report; the last one
-- counts. The texts name no person.
create table insolvency (
    creditor     text not null,
    debtor       text not null,
    id           text not null check (id <> ''),
    revision     int  not null check (revision > 0),
    kind         text not null check (kind in ('sauvegarde', 'redressement', 'liquidation')),
    simplified   boolean not null,
    court        text not null,
    judgment     date not null,
    published    date,
    -- the notice in the BODACC that told of it
    notice       text not null,
    declared     date,
    -- how the claims were declared, and the number that proves it
    declared_how text not null,
    proof        text not null,
    ended        text not null check (ended in ('', 'lifted', 'plan-adopted', 'insufficient-assets')),
    ended_on     date,
    actor        text not null,
    at           timestamptz not null,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, debtor, id, revision),
    foreign key (creditor, debtor) references debtor,
    check ((ended = '') = (ended_on is null)),
    check (published is null or published >= judgment),
    check (kind = 'liquidation' or not simplified)
);

-- To whom claims are declared: the mandataire judiciaire or the liquidateur. A person,
-- who can be corrected and erased.
create table office_holder (
    creditor    text not null,
    debtor      text not null,
    proceeding  text not null,
    role        text not null check (role in ('mandataire', 'liquidateur')),
    name        text not null check (name <> ''),
    line1       text not null,
    line2       text not null,
    postcode    text not null,
    city        text not null,
    country     text not null,
    email       text not null,
    phone       text not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, debtor, proceeding),
    foreign key (creditor, debtor) references debtor
);

-- The reason is a code: what a debtor says of its health is not stored.
create table hardship (
    creditor    text not null,
    debtor      text not null,
    id          text not null check (id <> ''),
    revision    int  not null check (revision > 0),
    kind        text not null check (kind in ('hardship', 'over-indebtedness')),
    reason      text not null check (reason in ('loss-of-income', 'change-of-household', 'cash-shortage', 'commission-seized', 'commission-admissible', 'other')),
    from_date   date not null,
    until_date  date check (until_date >= from_date),
    review_on   date,
    ended       date,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, debtor, id, revision),
    foreign key (creditor, debtor) references debtor
);

-- +goose StatementBegin
create function refuse_standing_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was recorded of a debtor is append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger insolvencies_are_append_only before update or delete on insolvency
    for each row execute function refuse_standing_change();
create trigger hardships_are_append_only before update or delete on hardship
    for each row execute function refuse_standing_change();

-- The kinds of tasks, of entries and the stages that are known stay.
-- +goose StatementBegin
do $$
declare
    known text;
begin
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (''insolvency'', ''hardship'', ''closed-case'') or %s)', known);

    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'collection_case'::regclass and conname = 'collection_case_stage_check');
    alter table collection_case drop constraint collection_case_stage_check;
    execute format('alter table collection_case add constraint collection_case_stage_check check (stage = ''insolvency'' or %s)', known);

    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'ledger_entry'::regclass and conname = 'ledger_entry_kind_check');
    alter table ledger_entry drop constraint ledger_entry_kind_check;
    execute format('alter table ledger_entry add constraint ledger_entry_kind_check check (kind = ''insolvency-lifted'' or %s)', known);
end
$$;
-- +goose StatementEnd

-- A task about a debtor as a whole is of no invoice.
alter table task drop column case_invoice;
alter table task
    add column case_invoice text generated always as (case
        when kind in ('match-payment', 'law-table') or kind in ('insolvency', 'hardship') and invoice = '' then null else invoice end) stored,
    add foreign key (creditor, case_invoice) references collection_case (creditor, invoice);

-- +goose Down
delete from task where kind in ('insolvency', 'hardship', 'closed-case');
drop table hardship, office_holder, insolvency;
drop function refuse_standing_change;
alter table collection_case drop column standing_told, drop column insolvency_told;
alter table debtor drop column standing, drop column standing_revision;
drop index debtor_by_siren;
