-- Instalment plans. The plan as a whole is its body; what others look for stands in
-- columns beside it.

-- +goose Up
create table plan (
    creditor       text not null references creditor,
    id             text not null check (id <> ''),
    debtor         text not null,
    state          text not null check (state in ('proposed', 'offered', 'running', 'completed', 'settled-early', 'defaulted', 'cancelled')),
    version        int  not null check (version > 0),
    -- how often it was written; an older writing never replaces a newer one
    revision       int  not null check (revision > 0),
    body           jsonb not null check (jsonb_typeof(body) = 'object'),
    currency       char(3) not null check (currency ~ '^[A-Z]{3}$'),
    total_minor    bigint not null,
    received_minor bigint not null,
    next_on        date,
    next_minor     bigint,
    proposed_at    timestamptz not null,
    ended_at       timestamptz,
    -- when its workflow was confirmed to run; until then this row asks for its start
    started_at     timestamptz,
    recorded_at    timestamptz not null default now(),
    primary key (creditor, id),
    foreign key (creditor, debtor) references debtor,
    check ((ended_at is null) = (state in ('proposed', 'offered', 'running')))
);
create index plan_by_debtor on plan (creditor, debtor);
create index plan_to_start on plan (proposed_at) where started_at is null;

-- What each invoice brought into the plan, and how its account stood then.
create table plan_invoice (
    creditor       text not null,
    plan           text not null,
    invoice        text not null,
    currency       char(3) not null,
    amount_minor   bigint not null check (amount_minor > 0),
    -- what had been received and credited before the plan
    received_minor bigint not null check (received_minor >= 0),
    primary key (creditor, plan, invoice),
    foreign key (creditor, plan) references plan,
    foreign key (creditor, invoice) references collection_case
);
create index plan_of_invoice on plan_invoice (creditor, invoice);

create table instalment (
    creditor        text not null,
    plan            text not null,
    version         int not null,
    number          int not null check (number > 0),
    due_on          date not null,
    currency        char(3) not null,
    principal_minor bigint not null check (principal_minor > 0),
    interest_minor  bigint not null check (interest_minor >= 0),
    paid_minor      bigint not null check (paid_minor >= 0),
    primary key (creditor, plan, version, number),
    foreign key (creditor, plan) references plan
);
create index instalment_by_date on instalment (creditor, due_on);

-- Which plan a case follows, or followed; its ladder rests meanwhile.
create table case_plan (
    creditor    text not null,
    invoice     text not null,
    id          text not null check (id <> ''),
    ordinal     int not null check (ordinal >= 0),
    revision    int not null,
    from_date   date not null,
    accepted    boolean not null,
    next_on     date,
    currency    char(3),
    next_minor  bigint,
    ended_on    date,
    ended_as    text not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, id),
    unique (creditor, invoice, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check ((ended_on is null) = (ended_as = ''))
);

-- The agreements that were printed, exactly as they were.
create table plan_document (
    creditor    text not null,
    plan        text not null,
    version     int not null,
    language    text not null,
    sha256      text not null,
    bytes       bytea not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, plan, version, language),
    foreign key (creditor, plan) references plan
);

-- The kinds of tasks and the stages that are known stay.
-- +goose StatementBegin
do $$
declare
    known text;
begin
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (%L, %L) or %s)', 'instalment', 'plan', known);
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'collection_case'::regclass and conname = 'collection_case_stage_check');
    alter table collection_case drop constraint collection_case_stage_check;
    execute format('alter table collection_case add constraint collection_case_stage_check check (stage = %L or %s)', 'plan', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind in ('instalment', 'plan');
drop table plan_document, case_plan, instalment, plan_invoice, plan;
