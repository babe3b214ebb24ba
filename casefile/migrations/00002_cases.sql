-- The invoice is the claim as its source states it; the case is its collection.

-- +goose Up
create table invoice (
    creditor          text not null references creditor,
    number            text not null check (number <> ''),
    debtor            text not null,
    issue_date        date,
    due_date          date not null,
    due_date_source   text not null,
    currency          char(3) not null check (currency ~ '^[A-Z]{3}$'),
    total_minor       bigint not null check (total_minor > 0),
    prepaid_minor     bigint not null check (prepaid_minor >= 0),
    reference         text not null,
    payment_reference text not null,
    source_format     text not null,
    source_file       text not null,
    source_sha256     text not null,
    recorded_at       timestamptz not null default now(),
    primary key (creditor, number),
    foreign key (creditor, debtor) references debtor,
    check (due_date >= issue_date)
);
create index invoice_by_debtor on invoice (creditor, debtor);
create index invoice_by_due_date on invoice (due_date, creditor, number);

-- A version of a strategy never changes once a case has followed it.
create table strategy (
    name        text not null check (name <> ''),
    version     int not null,
    definition  jsonb not null check (jsonb_typeof(definition) = 'object'),
    recorded_at timestamptz not null default now(),
    primary key (name, version)
);

create table collection_case (
    creditor         text not null,
    invoice          text not null,
    strategy         text not null,
    strategy_version int not null,
    -- when the debtor may be contacted
    country          text not null,
    zone             text not null,
    opens            int not null,
    closes           int not null,
    -- the state of the ladder; its steps are in notice, its holds in hold
    round            int not null check (round >= 0),
    resume_at        text not null,
    not_before       timestamptz,
    outcome          text not null check (outcome in ('', 'written-off', 'withdrawn', 'handed-over')),
    -- the projection: what the ledger and the core say, for others to read
    currency         char(3) not null,
    open_minor       bigint not null check (open_minor >= 0),
    stage            text not null check (stage in ('open', 'reminding', 'formal-notice', 'mediation', 'handoff',
                         'on-hold', 'unreachable', 'paid', 'written-off', 'withdrawn', 'handed-over')),
    next_step        text not null,
    next_at          timestamptz,
    why              text not null,
    opened_at        timestamptz not null,
    closed_at        timestamptz,
    -- when the workflow was confirmed to run; until then this row asks for its start
    started_at       timestamptz,
    recorded_at      timestamptz not null default now(),
    primary key (creditor, invoice),
    foreign key (creditor, invoice) references invoice,
    foreign key (strategy, strategy_version) references strategy,
    check (0 <= opens and opens < closes and closes <= 1440),
    check ((closed_at is not null) = (stage in ('paid', 'written-off', 'withdrawn', 'handed-over'))),
    check (closed_at is null or next_at is null),
    check (open_minor > 0 or closed_at is not null),
    check (outcome = '' or outcome = stage)
);
create index case_by_stage on collection_case (stage, currency);
create index case_to_start on collection_case (recorded_at) where started_at is null;

-- One step of one round. A row without an ordinal was only reserved for a message;
-- the ordinal is its place among the steps the case has acted on.
create table notice (
    creditor    text not null,
    invoice     text not null,
    round       int not null,
    step        text not null check (step <> ''),
    ordinal     int check (ordinal >= 0),
    begun_at    timestamptz,
    deadline    date,
    attempts    jsonb not null check (jsonb_typeof(attempts) = 'array'),
    tries       int not null check (tries >= 0),
    approval    text not null check (approval in ('', 'requested', 'granted')),
    waived      boolean not null,
    completed   boolean not null,
    task_open   boolean not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, round, step),
    unique (creditor, invoice, round, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check (ordinal is not null or attempts = '[]')
);

-- A hold without a first day was released before it was placed: it never takes effect.
create table hold (
    creditor    text not null,
    invoice     text not null,
    id          text not null check (id <> ''),
    ordinal     int not null check (ordinal >= 0),
    reason      text not null,
    from_date   date,
    until_date  date,
    released_on date,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, id),
    unique (creditor, invoice, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check (until_date >= from_date),
    check (from_date is not null or released_on is not null)
);

-- +goose Down
drop table hold, notice, collection_case, strategy, invoice;
