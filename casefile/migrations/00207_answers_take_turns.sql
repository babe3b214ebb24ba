-- Answers whose effect is due take turns: the one that was tried last comes last, so that
-- those that cannot be brought about keep no other from being looked at.

-- +goose Up
alter table inbound_message add column tried_at timestamptz not null default now();
drop index inbound_with_effect_due;
create index inbound_with_effect_due on inbound_message (tried_at, number) where effect_due;

-- +goose Down
drop index inbound_with_effect_due;
create index inbound_with_effect_due on inbound_message (number) where effect_due;
alter table inbound_message drop column tried_at;
