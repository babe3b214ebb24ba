-- A mail server reports on each recipient of a mail by itself: whom it is for, and those who
-- get a copy. Reports that came before have what they say of the first in their own columns.

-- +goose Up
alter table inbound_message
    add column bounce_recipients jsonb not null default '[]' check (jsonb_typeof(bounce_recipients) = 'array');

-- +goose Down
alter table inbound_message drop column bounce_recipients;
