-- One message carries the notices of many invoices of a debtor.

-- +goose Up

-- The natural key of a notice over a channel, and what the message says of it: that
-- a notice leaves once is a key here, whichever message carries it.
alter table message_notice
    add column channel             text,
    add column try                 int,
    -- the day until which the message asks for this invoice to be paid
    add column deadline            date,
    -- what was open when it was composed: a message never claims another amount
    add column composed_currency   char(3),
    add column composed_open_minor bigint check (composed_open_minor > 0),
    add column claims_late_fees    boolean not null default false,
    -- announced beside what is due, not asked for yet
    add column upcoming            boolean not null default false;

-- Programs of the version before write a message that carries the one notice of its
-- own key, without these columns.
-- +goose StatementBegin
create function complete_message_notice() returns trigger language plpgsql as $$
begin
    if new.channel is null then
        select m.channel, m.try, m.deadline, m.composed_currency, m.composed_open_minor, m.claims_late_fees
        into new.channel, new.try, new.deadline, new.composed_currency, new.composed_open_minor, new.claims_late_fees
        from message m where m.id = new.message;
    end if;
    return new;
end
$$;
-- +goose StatementEnd
create trigger complete_message_notice before insert on message_notice for each row execute function complete_message_notice();

update message_notice n
set channel = m.channel, try = m.try, deadline = m.deadline, composed_currency = m.composed_currency,
    composed_open_minor = m.composed_open_minor, claims_late_fees = m.claims_late_fees
from message m
where m.id = n.message;

alter table message_notice
    alter column channel set not null,
    alter column try set not null,
    alter column composed_currency set not null,
    alter column composed_open_minor set not null;
create unique index notice_leaves_once on message_notice (creditor, invoice, round, step, channel, try);

-- How often a creditor's debtors may be contacted.
alter table creditor add column contact_policy jsonb not null default '{"spacing": 2, "per_week": 2}' check (jsonb_typeof(contact_policy) = 'object');

-- Days on which the creditor contacts nobody.
alter table collection_case add column closed text not null default '';

-- Why the last check before sending put the next action off.
alter table collection_case add column postponed_for text not null default '';

-- +goose Down
alter table collection_case drop column postponed_for, drop column closed;
alter table creditor drop column contact_policy;
drop index notice_leaves_once;
drop trigger complete_message_notice on message_notice;
drop function complete_message_notice;
alter table message_notice
    drop column channel, drop column try, drop column deadline, drop column composed_currency,
    drop column composed_open_minor, drop column claims_late_fees, drop column upcoming;
