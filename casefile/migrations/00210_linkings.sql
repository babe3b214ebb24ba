-- An answer that a person puts to a case after it had been put to one before has its whole
-- effect anew: each linking has a number, and a hold and a task of its own.

-- +goose Up
alter table inbound_message add column linking int not null default 1 check (linking > 0);
alter table inbound_case add column linking int not null default 1 check (linking > 0);

-- +goose Down
alter table inbound_case drop column linking;
alter table inbound_message drop column linking;
