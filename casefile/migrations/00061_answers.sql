-- What debtors answer, and what became of it.

-- +goose Up
create table inbound_message (
    number         bigint generated always as identity unique,
    id             uuid primary key,
    key            text not null unique check (key <> ''),
    channel        text not null check (channel in ('email', 'sms', 'whatsapp')),
    kind           text not null check (kind in ('answer', 'auto-reply', 'bounce')),
    sender         text not null,
    sender_name    text not null,
    recipients     text[] not null,
    subject        text not null,
    text           text not null,
    said           text not null,
    -- the header or phrase by which it is known that no person wrote it
    auto_sign      text not null,
    notes          text[] not null,
    intents        jsonb not null check (jsonb_typeof(intents) = 'array'),
    bounce_action  text not null,
    bounce_status  text not null,
    bounce_message text not null,
    -- why it belongs where it was put, or why nobody could tell
    matched_by     text not null,
    creditor       text not null,
    debtor         text not null,
    invoice        text not null,
    state          text not null check (state in ('triage', 'linked', 'handled', 'ignored')),
    raw            bytea,
    raw_size       bigint not null,
    raw_sha256     text not null check (raw_sha256 ~ '^[0-9a-f]{64}$'),
    received_at    timestamptz not null,
    -- what it asks for (hold, task, history) is still to be done: this row is the outbox
    effect_due     boolean not null,
    hold_until     date,
    hold_ended_at  timestamptz,
    handled_at     timestamptz,
    handled_by     text not null,
    note           text not null,
    recorded_at    timestamptz not null default now(),
    check (creditor <> '' or state <> 'linked'),
    check ((state in ('handled', 'ignored')) = (handled_at is not null))
);
create index inbound_by_state on inbound_message (state, number);
create index inbound_with_effect_due on inbound_message (number) where effect_due;
create index inbound_on_hold on inbound_message (hold_until) where hold_until is not null and hold_ended_at is null;

-- The cases an answer is about; held when it has a day.
create table inbound_case (
    inbound    uuid not null references inbound_message on delete cascade,
    creditor   text not null,
    invoice    text not null,
    hold_until date,
    primary key (inbound, creditor, invoice),
    foreign key (creditor, invoice) references collection_case
);
create index inbound_by_case on inbound_case (creditor, invoice);

create table inbound_attachment (
    inbound  uuid not null references inbound_message on delete cascade,
    ordinal  int not null check (ordinal > 0),
    name     text not null check (name <> ''),
    declared text not null,
    detected text not null,
    size     bigint not null,
    sha256   text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    -- null when it was too large to keep
    bytes    bytea,
    primary key (inbound, ordinal)
);

-- To find whom an answer is from.
create index invoice_by_written_number on invoice (upper(number));
create index invoice_by_written_reference on invoice (creditor_reference) where creditor_reference <> '';

-- The kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind = %L or %s)', 'answer', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind = 'answer';
drop index invoice_by_written_number, invoice_by_written_reference;
drop table inbound_attachment, inbound_case, inbound_message;
