-- What a sender's machine said before is looked up by the address alone where it fits no case.

-- +goose Up
drop index inbound_automatic_by_sender;
create index inbound_automatic_by_sender on inbound_message (sender, creditor) where auto_sign <> '';

-- +goose Down
drop index inbound_automatic_by_sender;
create index inbound_automatic_by_sender on inbound_message (creditor, sender) where auto_sign <> '';
