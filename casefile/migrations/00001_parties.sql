-- Who is owed and who owes. An ID or a text that is not known is '', never null;
-- a date or an instant that is not set is null.

-- +goose Up
create table creditor (
    id              text primary key check (id <> '' and id !~ '[/[:space:]]'),
    name            text not null check (name <> ''),
    legal_mentions  text not null,
    line1           text not null,
    line2           text not null,
    postcode        text not null,
    city            text not null,
    country         text not null,
    siren           text not null,
    vat_id          text not null,
    iban            text not null,
    bic             text not null,
    email           text not null,
    phone           text not null,
    website         text not null,
    language        text not null check (language <> ''),
    zone            text not null check (zone <> ''),
    signatory_name  text not null,
    signatory_title text not null,
    sender_email    text not null,
    sender_name     text not null,
    reply_to        text not null,
    sms_sender      text not null,
    recorded_at     timestamptz not null default now()
);

create table debtor (
    creditor    text not null references creditor,
    id          text not null check (id <> ''),
    name        text not null,
    kind        text not null check (kind in ('business', 'consumer', 'public', 'unknown')),
    language    text not null,
    zone        text not null,
    siren       text not null,
    siret       text not null,
    vat_id      text not null,
    line1       text not null,
    line2       text not null,
    postcode    text not null,
    city        text not null,
    country     text not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, id)
);

create table contact (
    id          bigint generated always as identity primary key,
    creditor    text not null,
    debtor      text not null,
    name        text not null,
    role        text not null,
    email       text not null,
    phone       text not null,
    language    text not null,
    recorded_at timestamptz not null default now(),
    foreign key (creditor, debtor) references debtor,
    unique (creditor, debtor, email, phone)
);

-- +goose Down
drop table contact, debtor, creditor;
