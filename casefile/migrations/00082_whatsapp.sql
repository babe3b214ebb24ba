-- Messages by WhatsApp, and what a creditor sends them with.

-- +goose Up
alter table creditor add column whatsapp jsonb not null default '{}' check (jsonb_typeof(whatsapp) = 'object');

-- The channels that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'message'::regclass and conname = 'message_channel_check');
begin
    alter table message drop constraint message_channel_check;
    execute format('alter table message add constraint message_channel_check check (channel = %L or %s)', 'whatsapp', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
alter table message drop constraint message_channel_check, add constraint message_channel_check check (channel in ('email', 'sms', 'letter'));
alter table creditor drop column whatsapp;
