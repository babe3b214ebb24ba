-- A number may be good for one channel and not for another: one without WhatsApp takes
-- short messages, a landline may have WhatsApp.

-- +goose Up
alter table contact
    -- since when a provider knows that no WhatsApp message arrives at the phone; phone_invalid_at is about short messages
    add column whatsapp_invalid_at  timestamptz,
    add column whatsapp_invalid_why text not null default '';

-- Until now the word of one channel counted for both. It counts for both where there is no
-- such number, and else for the channel that said it.
update contact
set whatsapp_invalid_at = phone_invalid_at, whatsapp_invalid_why = phone_invalid_why
where phone_invalid_at is not null and phone_invalid_why ~ 'whatsapp|code (30005|21211|21217)';
update contact
set phone_invalid_at = null, phone_invalid_why = ''
where phone_invalid_at is not null and phone_invalid_why ~ 'whatsapp' and phone_invalid_why !~ 'code (30005|21211|21217)';

-- +goose Down
update contact
set phone_invalid_at = whatsapp_invalid_at, phone_invalid_why = whatsapp_invalid_why
where phone_invalid_at is null and whatsapp_invalid_at is not null;
alter table contact drop column whatsapp_invalid_at, drop column whatsapp_invalid_why;
