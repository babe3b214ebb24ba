-- The gate of a case asks each time whether a letter in place of another names a later day
-- than the case knows.

-- +goose Up
alter table message_notice add column replaces boolean not null default false;
update message_notice n set replaces = true from message m where m.id = n.message and m.replacement > 0;
create index notice_that_replaces on message_notice (creditor, invoice) where replaces;

-- +goose Down
alter table message_notice drop column replaces;
