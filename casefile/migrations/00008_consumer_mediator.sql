-- Consumers are told of the mediator the creditor has joined (Code de la consommation, art. L616-1).

-- +goose Up
alter table creditor add column consumer_mediator text not null default '';

-- +goose Down
alter table creditor drop column consumer_mediator;
