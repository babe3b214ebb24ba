-- A message that is sent once more has its own time to be proven, from that call on.

-- +goose Up
alter table message add column last_sending_at timestamptz;
update message set last_sending_at = sending_at;

-- +goose Down
alter table message drop column last_sending_at;
