-- name: LoadMessage
select (select array_agg(distinct n.invoice order by n.invoice) from message_notice n where n.message = m.id) as invoices,
       owned.debtor, m.id, m.creditor, m.invoice, m.round, m.step, m.channel, m.try,
       coalesce(m.contact, 0) as contact, m.recipient, m.template, m.language, m.subject, m.content_type,
       case when @with_bytes then content.bytes end as bytes,
       m.sha256, m.deadline, m.claims_late_fees, m.state, m.provider, m.provider_id, m.code, m.reason, m.sendings, m.unproven,
       m.business_at, m.settled_at, m.composed_at, m.sending_at, coalesce(m.last_sending_at, m.sending_at) as last_sending_at, m.accepted_at, m.delivered_at, m.failed_at, m.opened_at,
       m.compositions
from message m
join message_content content on content.message = m.id
join invoice owned on owned.creditor = m.creditor and owned.number = m.invoice
where m.id = @id

-- name: MessageOfNotice
-- The message that carries a notice over a channel; else the one that was made for it.
select id
from (
    select message as id, 1 as place
    from message_notice
    where creditor = @creditor and invoice = @invoice and round = @round and step = @step and channel = @channel and try = @try and not withdrawn
    union all
    select id, 2
    from message
    where id = @id) known
order by place
limit 1

-- name: LoadCarriedNotices
select creditor, invoice, round, step, channel, try, deadline, row(composed_open_minor, composed_currency) as composed_for, claims_late_fees, last_entry, upcoming, discount
from message_notice
where message = @id
order by creditor, invoice, step

-- name: LoadBoundNotices
-- The notices of an invoice that a message carries which may still leave, or has left.
select n.creditor, n.invoice, n.round, n.step, n.channel, n.try
from message_notice n
join message m on m.id = n.message
where n.creditor = @creditor and n.invoice = @invoice and m.state <> 'withheld'

-- name: LoadContactMoments
-- When a debtor, or others whose messages the same parent receives, were contacted, or
-- are being: by other messages than one, and by people. "offset 0": see LockCasesOfDebtor.
with own as (
    select d.creditor, d.id, d.parent, d.bill_to
    from invoice i
    join debtor d on d.creditor = i.creditor and d.id = i.debtor
    where i.creditor = @creditor and i.number = @invoice
), owes as materialized (
    select id as debtor from own
    union
    select d.id
    from own
    join debtor d on d.creditor = own.creditor and d.parent <> '' and d.bill_to = 'parent'
                 and d.parent = case own.bill_to when 'parent' then own.parent else own.id end
    union
    select p.id
    from own
    join debtor p on p.creditor = own.creditor and p.id = own.parent and p.bill_to = ''
    where own.bill_to = 'parent'
)
select m.business_at as at, m.channel,
       array(select n.step from message_notice n
             join collection_case c on c.creditor = n.creditor and c.invoice = n.invoice and c.round = n.round
             where n.message = m.id and n.creditor = @creditor and n.invoice = @invoice) as steps
from owes
cross join lateral (select number from invoice where creditor = @creditor and debtor = owes.debtor offset 0) i
cross join lateral (
    select id, business_at, channel
    from message
    where creditor = @creditor and invoice = i.number
      and state in ('sending', 'accepted', 'delivered') and business_at > @since and id <> @message
    offset 0) m
union all
select c.at, '', '{}'
from owes
cross join lateral (
    select at
    from manual_contact
    where creditor = @creditor and debtor = owes.debtor and at > @since and outcome not in ('no-answer', 'wrong-number')
    offset 0) c

-- name: LoadMessages
-- The messages that carry a notice of the case, under the key of that notice.
select m.id, n.creditor, n.invoice, n.round, n.step, n.channel, n.try,
       (select array_agg(distinct other.invoice order by other.invoice) from message_notice other where other.message = m.id) as invoices,
       '' as debtor,
       coalesce(m.contact, 0) as contact, m.recipient, m.template, m.language, m.subject, m.content_type,
       null::bytea as bytes, m.sha256, n.deadline, n.claims_late_fees, m.state, m.provider, m.provider_id, m.code, m.reason, m.sendings, m.unproven,
       m.business_at, m.settled_at, m.composed_at, m.sending_at, coalesce(m.last_sending_at, m.sending_at) as last_sending_at,
       m.accepted_at, m.delivered_at, m.failed_at, m.opened_at
from message_notice n
join message m on m.id = n.message
where n.creditor = @creditor and n.invoice = @invoice
order by m.business_at, n.round, n.step, n.channel, n.try

-- name: LoadPreviousNotices
select n.round, n.step, n.channel, m.settled_at as sent_at, n.deadline, m.template
from message_notice n
join message m on m.id = n.message
where n.creditor = @creditor and n.invoice = @invoice and m.state in ('accepted', 'delivered') and not n.withdrawn
order by m.settled_at, n.channel

-- name: LoadMessageBytes
select content.bytes, m.content_type, m.sha256
from message m
join message_content content on content.message = m.id
where m.id = @id

-- name: MessageOfProviderID
select id from message where provider = @provider and provider_id = @provider_id and provider_id <> ''

-- name: IDsOfOtherMessages
select provider_id from message where provider = @provider and provider_id <> '' and provider_id = any (@provider_ids::text[]) and id <> @id

-- name: KnownUnnamedEvent
-- What news that name no message were taken to be about before: a message, or nothing
-- where a person was asked.
select message::text as message from delivery_event where provider = @provider and event_id = @event_id
union all
select '' from task where kind = 'prove-delivery' and key = @key
limit 1

-- name: MessagesToAddress
-- The e-mails of a while that an address may have had, those of open cases first, then the
-- newest: those to it, and with their content those to the debtors of a contact who has it.
with held as (
    select k.creditor, k.debtor from contact k where lower(k.email) = @address and k.email <> ''
    union
    select d.creditor, d.id from contact k join debtor d on d.creditor = k.creditor and d.parent = k.debtor where lower(k.email) = @address and k.email <> ''
), maybe as (
    select id from message where channel = 'email' and lower(recipient) = @address and sending_at > @since
    union
    select m.id
    from held h
    join invoice i on i.creditor = h.creditor and i.debtor = h.debtor
    join message m on m.creditor = i.creditor and m.invoice = i.number
    where m.channel = 'email' and m.sending_at > @since
)
select m.id, m.creditor, m.invoice, m.step, m.channel, m.recipient, m.business_at,
       case when lower(m.recipient) <> @address then content.bytes end as bytes
from maybe
join message m on m.id = maybe.id
join message_content content on content.message = m.id
join collection_case c on c.creditor = m.creditor and c.invoice = m.invoice
where m.sending_at <= @until
  and (m.state in ('accepted', 'delivered') and m.provider in (@provider, 'person')
       or m.state = 'sending'
       or m.state = 'failed' and m.code = 'no-proof')
order by c.closed_at is not null, m.sending_at desc, m.id

-- name: LockCasesOfMessages
-- The cases that messages were made for, always locked in the same order.
select creditor, invoice
from collection_case
where (creditor, invoice) in (select creditor, invoice from message where id = any (@ids::uuid[]))
order by creditor, invoice
for update

-- name: ClaimUnheard
-- What another worker is at is left to it. One that some worker was at and did not finish is
-- asked about again whatever its state: its cases may not have been told.
with next as (
    select id
    from message
    where provider = @provider and provider_id <> '' and answers_heard < 2 and channel in ('sms', 'whatsapp')
      and (state = 'accepted' or asking_until is not null)
      and (asking_until is null and opened_at is null or asking_until <= @now)
      and accepted_at > @oldest and accepted_at <= case answers_heard when 0 then @first::timestamptz else @second::timestamptz end
    order by accepted_at
    limit 1
    for update skip locked
)
update message m
set asking_until = @until
from next
where m.id = next.id
returning m.id, m.provider_id

-- name: FinishUnheard
update message set answers_heard = answers_heard + 1, asking_until = null where id = @id

-- name: InsertMessage
insert into message (
    id, creditor, invoice, round, step, channel, try, contact, recipient, template, language, subject, content_type, sha256,
    deadline, claims_late_fees, composed_currency, composed_open_minor, compositions, replacement, state, provider, provider_id, code, reason,
    sendings, unproven, business_at, composed_at, sending_at, last_sending_at)
values (
    @id, @creditor, @invoice, @round, @step, @channel, @try, nullif(@contact, 0), @recipient, @template, @language, @subject, @content_type, @sha256,
    @deadline, @claims_late_fees, @composed_for_currency, @composed_for_minor, @compositions, @replacement, @state, '', '', '', '',
    @sendings, false, @business_at, @composed_at, @sending_at, @last_sending_at)

-- name: RecomposeMessage
update message
set contact = nullif(@contact, 0), recipient = @recipient, template = @template, language = @language, subject = @subject,
    content_type = @content_type, sha256 = @sha256, deadline = @deadline, claims_late_fees = @claims_late_fees,
    composed_currency = @composed_for_currency, composed_open_minor = @composed_for_minor, compositions = @compositions,
    state = @state, reason = @reason, code = @code, business_at = @business_at, composed_at = @composed_at,
    sendings = @sendings, sending_at = @sending_at, last_sending_at = @last_sending_at
where id = @id

-- name: SaveMessageContent
insert into message_content (message, bytes)
values (@id, @bytes)
on conflict (message) do update set bytes = excluded.bytes

-- name: KeepUnprovenComposition
insert into unproven_composition (message, composition, recipient, content_type, sha256, bytes, business_at)
select m.id, m.compositions, m.recipient, m.content_type, m.sha256, content.bytes, m.business_at
from message m
join message_content content on content.message = m.id
where m.id = @id
on conflict (message, composition) do nothing

-- name: InsertMessageNotice
insert into message_notice (
    message, creditor, invoice, round, step, channel, try, deadline, composed_currency, composed_open_minor, claims_late_fees, last_entry, upcoming, discount, replaces)
values (
    @id, @creditor, @invoice, @round, @step, @channel, @try, @deadline, @composed_for_currency, @composed_for_minor, @claims_late_fees, @last_entry, @upcoming, @discount, @replaces)

-- name: ReleaseNotices
-- A message that is composed anew, or that may not leave, lets go of what it carries;
-- one that is withheld keeps the notice of its own key.
delete from message_notice n
using message m
where n.message = @id and m.id = n.message
  and (not @keeps_own or (n.creditor, n.invoice, n.round, n.step) is distinct from (m.creditor, m.invoice, m.round, m.step))

-- name: FreeNotice
-- A notice that a withheld message carries may leave with another one.
delete from message_notice n
using message m
where m.id = n.message and m.state = 'withheld' and not n.withdrawn
  and n.creditor = @creditor and n.invoice = @invoice and n.round = @round and n.step = @step and n.channel = @channel and n.try = @try

-- name: UpdateMessage
update message
set state = @state, provider = @provider, provider_id = @provider_id, code = @code, reason = @reason,
    sendings = @sendings, unproven = @unproven, settled_at = @settled_at,
    sending_at = @sending_at, last_sending_at = @last_sending_at, accepted_at = @accepted_at, delivered_at = @delivered_at, failed_at = @failed_at, opened_at = @opened_at
where id = @id

-- name: WithholdMessages
with withheld as (
    update message
    set state = 'withheld', reason = 'nothing is left to collect'
    where creditor = @creditor and invoice = @invoice and state = 'composed'
    returning id, compositions, channel, step
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'message/' || id || '/withheld/' || compositions, 'message-withheld', @actor,
       'the ' || channel || ' of step ' || step || ' is withheld: nothing is left to collect', 'nothing is left to collect', @at
from withheld

-- name: InsertDeliveryEvent
insert into delivery_event (provider, event_id, message, kind, code, reason, provider_at, at)
values (@provider, @event_id, @message_id, @kind, @code, @reason, @provider_at, @at)
on conflict (provider, event_id) do nothing

-- name: LoadDeliveryEvents
select e.provider, e.event_id, e.message as message_id, m.provider_id, e.kind, e.code, e.reason, e.provider_at, e.at
from delivery_event e
join message m on m.id = e.message
where exists (select from message_notice n where n.message = m.id and n.creditor = @creditor and n.invoice = @invoice)
order by e.recorded_at, e.event_id
