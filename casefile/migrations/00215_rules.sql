-- A case keeps the rules it was opened under, so that its workflow decides as it did.

-- +goose Up
alter table collection_case add column rules smallint not null default 0 check (rules >= 0);

-- +goose Down
alter table collection_case drop column rules;
