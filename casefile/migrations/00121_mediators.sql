-- The mediators that a creditor works with, from its configuration.

-- +goose Up
alter table creditor add column mediators jsonb not null default '[]' check (jsonb_typeof(mediators) = 'array');

-- +goose Down
alter table creditor drop column mediators;
