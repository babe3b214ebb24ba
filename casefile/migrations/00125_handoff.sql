-- Claims that are given to professionals.

-- +goose Up
alter table collection_case
    -- the handoffs of the case as its workflow knows them
    add column handoffs jsonb not null default '[]' check (jsonb_typeof(handoffs) = 'array');

-- The stages and kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    stages text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'collection_case'::regclass and conname = 'collection_case_stage_check');
    kinds  text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table collection_case drop constraint collection_case_stage_check;
    execute format('alter table collection_case add constraint collection_case_stage_check check (stage = %L or %s)', 'with-partner', stages);
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (%L, %L) or %s)', 'approve-handoff', 'time-limit', kinds);
end
$$;
-- +goose StatementEnd

-- The professionals of the configuration; one that was taken out of it stays here.
create table partner (
    id         text primary key check (id <> ''),
    kind       text not null check (kind in ('agency', 'commissaire-de-justice', 'lawyer', 'court')),
    name       text not null check (name <> ''),
    delivery   text not null check (delivery in ('email', 'api')),
    fees       text not null,
    configured boolean not null,
    updated_at timestamptz not null default now()
);

-- What the workflow need not know of a handoff.
create table handoff (
    creditor     text not null,
    invoice      text not null,
    id           text not null check (id <> ''),
    -- the name of the handoff at the partner, and in links
    reference    uuid not null unique,
    partner      text not null references partner,
    route        text not null check (route <> ''),
    -- why it was proposed though a rule of the route says no
    despite      text not null,
    proposed_by  text not null,
    proposed_at  timestamptz not null,
    -- how far giving the file to the partner has come, and which question it answers
    delivery     text not null default '' check (delivery in ('', 'sending', 'delivered', 'declined', 'doubtful')),
    attempt      int not null default 0 check (attempt >= 0),
    -- the partner's own number of the case
    partner_case text not null default '',
    reason       text not null default '',
    recalled_at  timestamptz,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, invoice, id),
    foreign key (creditor, invoice) references collection_case
);

-- The exact bytes that a partner is given, one for each approval.
create table handoff_file (
    reference    uuid not null references handoff (reference) on delete cascade,
    attempt      int not null,
    name         text not null check (name <> ''),
    content_type text not null check (content_type <> ''),
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes        bytea not null,
    built_at     timestamptz not null,
    recorded_at  timestamptz not null default now(),
    primary key (reference, attempt)
);

-- What partners told, each report once.
create table partner_status (
    reference   uuid not null references handoff (reference),
    event       text not null check (event <> ''),
    status      text not null check (status <> ''),
    on_date     date not null,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (reference, event)
);

-- What partners collected and kept: gross pays the invoice, fees are the creditor's own
-- cost, and net is what reaches its account. Net is negative when the fees are more.
create table remittance (
    creditor    text not null references creditor,
    id          text not null check (id <> ''),
    reference   uuid not null references handoff (reference),
    currency    char(3) not null check (currency ~ '^[A-Z]{3}$'),
    gross_minor bigint not null check (gross_minor >= 0),
    fees_minor  bigint not null check (fees_minor >= 0),
    net_minor   bigint not null,
    on_date     date not null,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, id),
    check (net_minor = gross_minor - fees_minor),
    check (gross_minor > 0 or fees_minor > 0)
);

-- +goose StatementBegin
create function refuse_partner_report_change() returns trigger language plpgsql as $$
begin
    raise exception 'what partners reported is append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger partner_status_is_append_only before update or delete on partner_status
    for each row execute function refuse_partner_report_change();
create trigger remittance_is_append_only before update or delete on remittance
    for each row execute function refuse_partner_report_change();

-- +goose Down
delete from task where kind in ('approve-handoff', 'time-limit');
drop table remittance, partner_status, handoff_file, handoff, partner;
drop function refuse_partner_report_change;
alter table collection_case drop column handoffs;
