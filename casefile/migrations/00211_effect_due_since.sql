-- Since when, by the wall clock, the effect of an answer is due: a person is told of one that
-- cannot be brought about.

-- +goose Up
alter table inbound_message add column due_since timestamptz not null default now();

-- +goose Down
alter table inbound_message drop column due_since;
