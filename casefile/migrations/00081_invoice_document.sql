-- The invoice as its creditor sent it, to attach to reminders. The last one that was given counts.

-- +goose Up
create table invoice_document (
    creditor     text not null,
    invoice      text not null,
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    name         text not null check (name <> '' and name !~ '[/\\[:cntrl:]]'),
    content_type text not null check (content_type = 'application/pdf'),
    bytes        bytea not null check (length(bytes) between 1 and 10485760),
    actor        text not null,
    at           timestamptz not null,
    given        bigint generated always as identity,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, invoice, sha256, given),
    foreign key (creditor, invoice) references invoice
);
-- A PDF is compressed already.
alter table invoice_document alter column bytes set storage external;

-- +goose Down
drop table invoice_document;
