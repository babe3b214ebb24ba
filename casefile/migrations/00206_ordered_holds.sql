-- From the moment an answer is kept nothing leaves for its cases: not while the hold that
-- was ordered for it is still on its way to the case.

-- +goose Up
alter table inbound_case add column hold_ordered boolean not null default false;
create index inbound_about_a_debtor on inbound_message (creditor, debtor) where effect_due;

-- +goose Down
drop index inbound_about_a_debtor;
alter table inbound_case drop column hold_ordered;
