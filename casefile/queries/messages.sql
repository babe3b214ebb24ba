-- name: LoadMessage
select m.id, m.creditor, m.invoice, m.round, m.step, m.channel, m.try,
       coalesce(m.contact, 0) as contact, m.recipient, m.template, m.language, m.subject, m.content_type,
       content.bytes, m.sha256, m.deadline, m.claims_late_fees, m.state, m.provider, m.provider_id, m.code, m.reason, m.sendings, m.unproven,
       m.business_at, m.settled_at, m.composed_at, m.sending_at, coalesce(m.last_sending_at, m.sending_at) as last_sending_at, m.accepted_at, m.delivered_at, m.failed_at,
       row(m.composed_open_minor, m.composed_currency) as composed_for, m.compositions
from message m
join message_content content on content.message = m.id
where m.id = @id

-- name: LoadMessages
select id, creditor, invoice, round, step, channel, try,
       coalesce(contact, 0) as contact, recipient, template, language, subject, content_type,
       null::bytea as bytes, sha256, deadline, claims_late_fees, state, provider, provider_id, code, reason, sendings, unproven,
       business_at, settled_at, composed_at, sending_at, coalesce(last_sending_at, sending_at) as last_sending_at, accepted_at, delivered_at, failed_at
from message
where creditor = @creditor and invoice = @invoice
order by business_at, round, step, channel, try

-- name: LoadPreviousNotices
select round, step, channel, settled_at as sent_at, deadline, template
from message
where creditor = @creditor and invoice = @invoice and state in ('accepted', 'delivered')
order by settled_at, channel

-- name: LoadMessageBytes
select content.bytes, m.content_type, m.sha256
from message m
join message_content content on content.message = m.id
where m.id = @id

-- name: MessageOfProviderID
select id from message where provider = @provider and provider_id = @provider_id and provider_id <> ''

-- name: InsertMessage
insert into message (
    id, creditor, invoice, round, step, channel, try, contact, recipient, template, language, subject, content_type, sha256,
    deadline, claims_late_fees, composed_currency, composed_open_minor, compositions, state, provider, provider_id, code, reason,
    sendings, unproven, business_at, composed_at)
values (
    @id, @creditor, @invoice, @round, @step, @channel, @try, nullif(@contact, 0), @recipient, @template, @language, @subject, @content_type, @sha256,
    @deadline, @claims_late_fees, @composed_for_currency, @composed_for_minor, @compositions, @state, '', '', '', '',
    0, false, @business_at, @composed_at)

-- name: RecomposeMessage
update message
set contact = nullif(@contact, 0), recipient = @recipient, template = @template, language = @language, subject = @subject,
    content_type = @content_type, sha256 = @sha256, deadline = @deadline, claims_late_fees = @claims_late_fees,
    composed_currency = @composed_for_currency, composed_open_minor = @composed_for_minor, compositions = @compositions,
    state = @state, reason = @reason, business_at = @business_at, composed_at = @composed_at
where id = @id

-- name: SaveMessageContent
insert into message_content (message, bytes)
values (@id, @bytes)
on conflict (message) do update set bytes = excluded.bytes

-- name: InsertMessageNotice
insert into message_notice (message, creditor, invoice, round, step)
values (@id, @creditor, @invoice, @round, @step)

-- name: UpdateMessage
update message
set state = @state, provider = @provider, provider_id = @provider_id, code = @code, reason = @reason,
    sendings = @sendings, unproven = @unproven, settled_at = @settled_at,
    sending_at = @sending_at, last_sending_at = @last_sending_at, accepted_at = @accepted_at, delivered_at = @delivered_at, failed_at = @failed_at
where id = @id

-- name: WithholdMessages
with withheld as (
    update message
    set state = 'withheld', reason = 'nothing is left to collect'
    where creditor = @creditor and invoice = @invoice and state = 'composed'
    returning id, compositions, channel, step
)
insert into history (creditor, invoice, key, kind, actor, summary, at)
select @creditor, @invoice, 'message/' || id || '/withheld/' || compositions, 'message-withheld', @actor,
       'the ' || channel || ' of step ' || step || ' is withheld: nothing is left to collect', @at
from withheld

-- name: InsertDeliveryEvent
insert into delivery_event (provider, event_id, message, kind, code, reason, provider_at, at)
values (@provider, @event_id, @message_id, @kind, @code, @reason, @provider_at, @at)
on conflict (provider, event_id) do nothing

-- name: LoadDeliveryEvents
select e.provider, e.event_id, e.message as message_id, m.provider_id, e.kind, e.code, e.reason, e.provider_at, e.at
from delivery_event e
join message m on m.id = e.message
where m.creditor = @creditor and m.invoice = @invoice
order by e.recorded_at, e.event_id
