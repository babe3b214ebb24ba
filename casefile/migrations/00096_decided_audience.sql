-- What kind of payer a person decided that a debtor is; '' leaves it to its past.

-- +goose Up
alter table debtor add column audience text not null default '' check (audience in ('', 'loyal', 'irregular', 'new'));

-- +goose Down
alter table debtor drop column audience;
