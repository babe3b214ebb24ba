-- A provider tells once what became of a message, and when nobody hears it, not again: it is
-- asked about messages of which nothing final was heard.

-- +goose Up
alter table message
    -- how often the provider has answered
    add column answers_heard smallint not null default 0 check (answers_heard >= 0),
    -- until when (wall) some worker is at it
    add column asking_until  timestamptz;
create index message_unheard on message (provider, accepted_at)
    where provider_id <> '' and answers_heard < 2 and channel in ('sms', 'whatsapp') and (state = 'accepted' or asking_until is not null);

-- +goose Down
drop index message_unheard;
alter table message drop column answers_heard, drop column asking_until;
