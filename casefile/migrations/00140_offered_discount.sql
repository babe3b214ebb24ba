-- +goose Up

-- Which discount for quick payment a message offers on the invoice: a message never
-- offers one that has ended.
alter table message_notice add column discount text not null default '';

-- +goose Down
alter table message_notice drop column discount;
