-- A letter that waits to be posted and does not say what is true any more is
-- cancelled, and what it carried leaves in another one.

-- +goose Up
-- The how-manieth message in place of the one of the key this is; 0 for that one.
alter table message add column replacement int not null default 0 check (replacement >= 0);
alter table message drop constraint message_creditor_invoice_round_step_channel_try_key;
alter table message add constraint message_key unique (creditor, invoice, round, step, channel, try, replacement);
create index message_in_place_of_another on message (id) where replacement > 0 and state in ('composed', 'sending');

-- It stood in a letter that was cancelled: another message may carry it.
alter table message_notice add column withdrawn boolean not null default false;
drop index notice_leaves_once;
create unique index notice_leaves_once on message_notice (creditor, invoice, round, step, channel, try) where not withdrawn;

-- What it carried has to leave in another letter.
alter table letter add column to_replace boolean not null default false;
create index letter_to_replace on letter (creditor, number) where to_replace;

-- +goose Down
drop index letter_to_replace;
alter table letter drop column to_replace;
delete from message_notice where withdrawn;
drop index notice_leaves_once;
alter table message_notice drop column withdrawn;
create unique index notice_leaves_once on message_notice (creditor, invoice, round, step, channel, try);
drop index message_in_place_of_another;
alter table message drop constraint message_key, drop column replacement;
alter table message add constraint message_creditor_invoice_round_step_channel_try_key unique (creditor, invoice, round, step, channel, try);
