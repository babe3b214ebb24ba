-- Whether a sender's machine said the same before is looked up by its address.

-- +goose Up
create index inbound_automatic_by_sender on inbound_message (creditor, sender) where auto_sign <> '';

-- +goose Down
drop index inbound_automatic_by_sender;
