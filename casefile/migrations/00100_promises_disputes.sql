-- Promises to pay and disputes: what the core decided of each case, for others to
-- respect and to count. What people wrote about a dispute and its documents stand here
-- only, where they can be corrected and erased.

-- +goose Up
create table promise (
    creditor     text not null,
    invoice      text not null,
    id           text not null check (id <> ''),
    ordinal      int not null check (ordinal >= 0),
    made_on      date not null,
    promised_for date not null,
    -- the last day of grace
    until_on     date not null,
    currency     char(3) not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint not null check (amount_minor > 0),
    -- all that was open and not disputed was promised
    whole_claim  boolean not null,
    source       text not null check (source in ('staff', 'reply', 'api', 'debtor')),
    -- what was open and what had been received when it was made
    open_minor   bigint not null,
    before_minor bigint not null,
    counted      boolean not null,
    -- empty while it runs
    outcome      text not null check (outcome in ('', 'kept', 'kept-in-part', 'broken', 'withdrawn', 'replaced', 'overtaken')),
    ended_on     date,
    came_minor   bigint not null,
    go_on_at     text not null,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, invoice, id),
    unique (creditor, invoice, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check (until_on >= promised_for),
    check ((outcome = '') = (ended_on is null))
);
-- A case waits for one promise at a time.
create unique index promise_that_runs on promise (creditor, invoice) where outcome = '';

create table dispute (
    creditor            text not null,
    invoice             text not null,
    id                  text not null check (id <> ''),
    ordinal             int not null check (ordinal >= 0),
    reason              text not null check (reason in ('quality', 'delivery', 'price', 'quantity', 'not-ordered', 'already-paid', 'wrong-debtor', 'other')),
    currency            char(3) not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor        bigint not null check (amount_minor > 0),
    whole_claim         boolean not null,
    raised_by           text not null check (raised_by in ('debtor', 'staff')),
    -- the ID of a user
    owner               text not null,
    raised_on           date not null,
    respond_by          date not null,
    escalate_on         date not null,
    escalated           boolean not null,
    -- since when nothing but what is disputed is open
    rest_from           date,
    credit_before_minor bigint not null,
    -- empty while nobody has answered
    outcome             text not null check (outcome in ('', 'credit-note', 'rejected', 'split', 'withdrawn')),
    resolved_on         date,
    accepted_minor      bigint not null check (accepted_minor >= 0),
    awaited_minor       bigint not null check (awaited_minor >= 0),
    credited_minor      bigint not null check (credited_minor >= 0),
    ended_on            date,
    recorded_at         timestamptz not null default now(),
    primary key (creditor, invoice, id),
    unique (creditor, invoice, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check ((outcome = '') = (resolved_on is null))
);
create index dispute_to_answer on dispute (creditor, respond_by) where outcome = '';

-- What was written about a dispute. It may name people.
create table dispute_note (
    creditor    text not null,
    invoice     text not null,
    dispute     text not null,
    key         text not null check (key <> ''),
    text        text not null check (text <> '' and length(text) <= 10000),
    by          text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, dispute, key),
    foreign key (creditor, invoice, dispute) references dispute
);

-- Documents come from outside: they are kept as bytes, and given as files to save only.
create table dispute_document (
    creditor    text not null,
    invoice     text not null,
    dispute     text not null,
    ordinal     int not null check (ordinal > 0),
    name        text not null check (name <> ''),
    detected    text not null,
    size        bigint not null check (size > 0),
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bytea not null,
    by          text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, dispute, ordinal),
    unique (creditor, invoice, dispute, sha256),
    foreign key (creditor, invoice, dispute) references dispute
);

-- The stages and the kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'collection_case'::regclass and conname = 'collection_case_stage_check');
begin
    alter table collection_case drop constraint collection_case_stage_check;
    execute format('alter table collection_case add constraint collection_case_stage_check check (stage in (%L, %L) or %s)', 'disputed', 'promised', known);
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (%L, %L) or %s)', 'dispute', 'dispute-overdue', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind in ('dispute', 'dispute-overdue');
drop table dispute_document, dispute_note, dispute, promise;
