-- What a message claims of the late fees is true until an entry changes them: it knows the
-- last entry that it was composed with. Of what was composed before, -1, nobody knows.

-- +goose Up
alter table ledger_entry add column place bigint generated always as identity;
alter table message_notice add column last_entry bigint not null default -1;

-- +goose Down
alter table message_notice drop column last_entry;
alter table ledger_entry drop column place;
