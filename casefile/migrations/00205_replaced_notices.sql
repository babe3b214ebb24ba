-- Cases are told which day a letter in place of another names.

-- +goose Up
create index message_that_replaced on message (creditor, id) where replacement > 0;

-- +goose Down
drop index message_that_replaced;
