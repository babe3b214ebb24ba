-- News of an e-mail that name no message are told apart by the address they are about.

-- +goose Up
create index message_by_recipient on message (lower(recipient), sending_at) where channel = 'email';

-- +goose Down
drop index message_by_recipient;
