-- A message whose provider never answered is sent once more, and composed anew where
-- what it said is no longer true. What may have reached the debtor the first time stays.

-- +goose Up
create table unproven_composition (
    message      uuid        not null references message (id),
    composition  integer     not null check (composition > 0),
    recipient    text        not null,
    content_type text        not null,
    sha256       text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes        bytea       not null,
    business_at  timestamptz not null,
    primary key (message, composition)
);

-- +goose Down
drop table unproven_composition;
