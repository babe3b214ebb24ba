-- Mandates for SEPA direct debit, and the files that were written for the bank.

-- +goose Up
alter table creditor add column sepa_identifier text not null default '';

create table mandate (
    creditor    text not null references creditor,
    id          text not null check (id <> ''),
    debtor      text not null,
    scheme      text not null check (scheme in ('CORE', 'B2B')),
    signed_on   date not null,
    holder      text not null check (holder <> ''),
    street      text not null,
    postcode    text not null,
    town        text not null check (town <> ''),
    country     char(2) not null,
    iban        text not null check (iban <> ''),
    bic         text not null,
    revoked_on  date,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, id),
    foreign key (creditor, debtor) references debtor
);

create table debit_file (
    creditor    text not null references creditor,
    id          text not null check (id <> ''),
    sha256      text not null,
    bytes       bytea not null,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, id)
);

-- One collection stands in one file, ever: its ID names plan, schedule, instalment and attempt.
create table direct_debit (
    creditor     text not null,
    end_to_end   text not null check (end_to_end <> ''),
    file         text not null,
    mandate      text not null,
    plan         text not null,
    instalment   int not null,
    on_date      date not null,
    amount_minor bigint not null check (amount_minor > 0),
    recorded_at  timestamptz not null default now(),
    primary key (creditor, end_to_end),
    foreign key (creditor, file) references debit_file,
    foreign key (creditor, mandate) references mandate,
    foreign key (creditor, plan) references plan
);
create index direct_debit_by_mandate on direct_debit (creditor, mandate, on_date);

-- +goose Down
drop table direct_debit, debit_file, mandate;
alter table creditor drop column sepa_identifier;
