-- Who is to do a task: the e-mail address of a colleague, a role at the creditor, or the
-- user a dispute was given to; '' while nobody is.

-- +goose Up
alter table task add column owner text not null default '';
create index task_open_owner on task (owner, id) where state = 'open' and owner <> '';

-- +goose Down
alter table task drop column owner;
