-- A letter in place of another is no act of a workflow: whose workflows are still to be told
-- that it was refused for good.

-- +goose Up
alter table message add column tell_failure boolean not null default false;
create index message_tell_failure on message (id) where tell_failure;

-- +goose Down
drop index message_tell_failure;
alter table message drop column tell_failure;
