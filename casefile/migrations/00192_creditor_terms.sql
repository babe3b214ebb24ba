-- What a creditor says of promises and disputes in place of the strategies; a case keeps
-- what it was opened with.

-- +goose Up
alter table creditor add column terms jsonb not null default '{}' check (jsonb_typeof(terms) = 'object');
alter table collection_case add column terms jsonb not null default '{}' check (jsonb_typeof(terms) = 'object');

-- +goose Down
alter table collection_case drop column terms;
alter table creditor drop column terms;
