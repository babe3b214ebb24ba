-- What changed the debt. An entry names its invoice, which need not be known yet.

-- +goose Up
create table ledger_entry (
    creditor     text not null references creditor,
    kind         text not null check (kind in ('payment', 'reversal', 'credit-note')),
    id           text not null check (id <> ''),
    invoice      text not null,
    currency     char(3),
    amount_minor bigint,
    reverses     text not null,
    value_date   date,
    source       text not null,
    actor        text not null,
    at           timestamptz not null,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, kind, id),
    -- a reversal takes back a whole payment; the others have an amount of their own
    check (case kind when 'reversal' then reverses <> ''
                     else reverses = '' and amount_minor > 0 and currency ~ '^[A-Z]{3}$' end)
);
create index entry_by_invoice on ledger_entry (creditor, invoice);

-- Which part of an entry pays its invoice; the rest of a payment is the debtor's credit.
create table allocation (
    creditor     text not null,
    kind         text not null check (kind in ('payment', 'credit-note')),
    entry        text not null,
    invoice      text not null,
    currency     char(3) not null,
    amount_minor bigint not null check (amount_minor > 0),
    recorded_at  timestamptz not null default now(),
    primary key (creditor, kind, entry),
    foreign key (creditor, kind, entry) references ledger_entry,
    foreign key (creditor, invoice) references invoice
);
create index allocation_by_invoice on allocation (creditor, invoice);

-- +goose Down
drop table allocation, ledger_entry;
