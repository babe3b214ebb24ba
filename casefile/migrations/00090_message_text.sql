-- Which text a message was worded with, and why that one; and the past invoices of a
-- debtor in the order they fell due, which tell what kind of payer it is.

-- +goose Up
create table message_text (
    message     uuid primary key references message,
    key         text not null check (key <> ''),
    language    text not null,
    channel     text not null,
    -- whom the text is written for; empty: for everyone
    audience    text not null,
    -- what kind of payer the debtor was taken for, and why
    reader      text not null,
    why         text not null,
    origin      text not null check (origin in ('built-in', 'general', 'creditor')),
    file        text not null,
    version     text not null check (version ~ '^[0-9a-f]{64}$'),
    recorded_at timestamptz not null default now()
);
create index invoice_of_debtor_by_due_date on invoice (creditor, debtor, due_date desc);

-- +goose Down
drop index invoice_of_debtor_by_due_date;
drop table message_text;
