-- What is known of a message beyond its state.

-- +goose Up
-- when the recipient, or a machine on the way, first opened it
alter table message add column opened_at timestamptz;

-- +goose Down
alter table message drop column opened_at;
