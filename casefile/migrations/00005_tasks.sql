-- What people must do.

-- +goose Up
create table task (
    id               bigint generated always as identity primary key,
    creditor         text not null references creditor,
    invoice          text not null,
    -- a payment that fits no invoice has a task, but no case
    case_invoice     text generated always as (case when kind = 'match-payment' then null else invoice end) stored,
    round            int not null,
    step             text not null,
    kind             text not null check (kind in ('mediation', 'handoff', 'call', 'approve', 'post-letter', 'reach-debtor', 'match-payment')),
    key              text not null check (key <> ''),
    title            text not null check (title <> ''),
    detail           text not null,
    state            text not null check (state in ('open', 'done', 'cancelled')),
    -- cancelled because its case was closed: opens again if the case does
    closed_with_case boolean not null,
    due_on           date,
    opened_at        timestamptz not null,
    done_at          timestamptz,
    done_by          text not null,
    note             text not null,
    recorded_at      timestamptz not null default now(),
    unique (creditor, invoice, key),
    foreign key (creditor, case_invoice) references collection_case (creditor, invoice),
    check ((state = 'open') = (done_at is null)),
    check (not closed_with_case or state = 'cancelled')
);
create index task_open on task (kind, id) where state = 'open';

-- +goose Down
drop table task;
