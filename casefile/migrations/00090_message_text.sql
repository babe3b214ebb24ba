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
-- The debtor comes first: an index that begins with the creditor would be taken for
-- the lookup of an invoice by its number as well, which then reads all of a creditor's.
create index invoice_of_debtor_by_due_date on invoice (debtor, creditor, due_date desc);
drop index invoice_by_debtor; -- which began so, and which the new one replaces

-- +goose Down
create index invoice_by_debtor on invoice (creditor, debtor);
drop index invoice_of_debtor_by_due_date;
drop table message_text;
