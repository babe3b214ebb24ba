-- One payment for many invoices, and the reference by which a transfer names its
-- invoice (ISO 11649).

-- +goose Up
alter table invoice add column creditor_reference text not null default '';
create index invoice_by_creditor_reference on invoice (creditor, creditor_reference) where creditor_reference <> '';

create table transfer (
    creditor     text not null references creditor,
    id           text not null check (id <> ''),
    debtor       text not null,
    currency     char(3) not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint not null check (amount_minor > 0),
    received_on  date not null,
    -- what the payer wrote; it may name people
    remittance   text not null,
    actor        text not null,
    at           timestamptz not null,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, id)
);

-- How it was divided, once and for all; '' is what fits no invoice.
create table transfer_share (
    creditor     text not null,
    transfer     text not null,
    invoice      text not null,
    payment      text not null check (payment <> ''),
    amount_minor bigint not null check (amount_minor > 0),
    primary key (creditor, transfer, invoice),
    foreign key (creditor, transfer) references transfer
);

-- +goose Down
drop table transfer_share, transfer;
alter table invoice drop column creditor_reference;
