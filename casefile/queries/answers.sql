-- name: InsertInbound
insert into inbound_message (
    id, key, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents,
    bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw, raw_size, raw_sha256,
    received_at, effect_due, handled_at, handled_by, note)
values (
    @id, @key, @channel, @kind, @sender, @sender_name, @recipients, @subject, @text, @said, @auto_sign, @notes, @intents,
    @bounce_action, @bounce_status, @bounce_message, @bounce_recipients, @matched_by, @creditor, @debtor, @invoice, @state, @raw, @raw_size, @raw_sha256,
    @received_at, @effect_due, @handled_at, @handled_by, @note)
on conflict do nothing

-- name: LockSenderOfInbound
-- Of what one sender's machine says many times at once, the second sees the first.
select pg_advisory_xact_lock(hashtextextended('answers of ' || @creditor || '/' || @sender, 0))

-- name: WasSaidBefore
-- Whether the sender's machine said the same before, recognised by each of the rules, to
-- what was written to the same people: those of the debtor, or of its parent.
select not exists (
    select from unnest(@rules::text[]) as said (rule)
    where not exists (
        select from inbound_message m
        join debtor d on d.creditor = m.creditor and d.id = m.debtor
        join debtor own on own.creditor = m.creditor and own.id = @debtor
        where m.creditor = @creditor and m.sender = @sender and m.auto_sign <> '' and m.kind <> 'bounce'
          and m.intents @> jsonb_build_array(jsonb_build_object('rule', said.rule))
          and case d.bill_to when 'parent' then d.parent else d.id end = case own.bill_to when 'parent' then own.parent else own.id end)) as before

-- name: WasInTriageBefore
-- Whether the sender's machine said the same before, recognised by each of the rules, in what
-- fitted no case and a person got to see: what the program ignored by itself nobody did, and
-- what a person has put to a case they read. No sender is no one sender.
select not exists (
    select from unnest(@rules::text[]) as said (rule)
    where not exists (
        select from inbound_message m
        where m.sender = @sender and m.sender <> '' and m.auto_sign <> '' and m.kind <> 'bounce'
          and (m.creditor = '' and (m.state <> 'ignored' or m.handled_by <> @keeper) or m.kind = 'answer')
          and m.intents @> jsonb_build_array(jsonb_build_object('rule', said.rule)))) as before

-- name: InsertInboundCases
-- What an earlier linking did to a case is over when a later one puts the answer to it.
insert into inbound_case (inbound, creditor, invoice, linking)
select m.id, @creditor, named.invoice, m.linking
from inbound_message m
cross join unnest(@invoices::text[]) as named (invoice)
where m.id = @id and m.linking = @linking
on conflict (inbound, creditor, invoice) do update
set linking = excluded.linking, hold_until = null, hold_ordered = false
where inbound_case.linking < excluded.linking

-- name: InsertInboundAttachment
insert into inbound_attachment (inbound, ordinal, name, declared, detected, size, sha256, bytes)
values (@id, @ordinal, @name, @declared, @detected, @size, @sha256, @bytes)

-- name: LoadInbound
select number, id, key, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents,
       bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at,
       linking, effect_due, due_since, hold_until, hold_ended_at, handled_at, handled_by, note, recorded_at
from inbound_message
where id = @id

-- name: LockInbound
select from inbound_message where id = @id for update

-- name: LoadInboundCases
-- Those of its last linking; the others it held once.
select c.creditor, c.invoice, c.hold_until, k.closed_at is not null as closed
from inbound_case c
join inbound_message m on m.id = c.inbound and m.linking = c.linking
join collection_case k on k.creditor = c.creditor and k.invoice = c.invoice
where c.inbound = @id
order by c.creditor, c.invoice

-- name: LoadInboundAttachments
select ordinal, name, declared, detected, size, sha256, bytes is not null as kept
from inbound_attachment
where inbound = @id
order by ordinal

-- name: LoadInboundAttachment
select name, sha256, bytes from inbound_attachment where inbound = @id and ordinal = @ordinal

-- name: LoadInboundRaw
select raw, raw_sha256 from inbound_message where id = @id

-- name: ListInbound
select number, id, key, channel, kind, sender, sender_name, recipients, subject, left(text, 2000) as text, left(said, 2000) as said, auto_sign, notes, intents,
       bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at,
       linking, effect_due, due_since, hold_until, hold_ended_at, handled_at, handled_by, note, recorded_at
from inbound_message
where (@creditor = '' or creditor = @creditor or creditor = '' and @invoice = '')
  and (@invoice = '' or invoice = @invoice
       or exists (select from inbound_case c where c.inbound = id and c.creditor = @creditor and c.invoice = @invoice))
  and state = any (@states::text[])
  and number > @after
order by number
limit @limit

-- name: ListInboundDue
-- They take turns (TryInbound).
select number, id, key, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents,
       bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at,
       linking, effect_due, due_since, hold_until, hold_ended_at, handled_at, handled_by, note, recorded_at
from inbound_message
where effect_due
order by tried_at, number
limit @limit

-- name: TryInbound
-- Whose effect is still due: a person may have ended it since it was listed.
update inbound_message
set tried_at = now()
where id = @id and effect_due
returning number, id, key, channel, kind, sender, sender_name, recipients, subject, text, said, auto_sign, notes, intents,
          bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at,
          linking, effect_due, due_since, hold_until, hold_ended_at, handled_at, handled_by, note, recorded_at

-- name: ListInboundOnHold
select number, id, key, channel, kind, sender, sender_name, recipients, subject, left(text, 2000) as text, left(said, 2000) as said, auto_sign, notes, intents,
       bounce_action, bounce_status, bounce_message, bounce_recipients, matched_by, creditor, debtor, invoice, state, raw_size, raw_sha256, received_at,
       linking, effect_due, due_since, hold_until, hold_ended_at, handled_at, handled_by, note, recorded_at
from inbound_message
where hold_until < @before and hold_ended_at is null
order by number
limit @limit

-- name: HoldInboundCase
update inbound_case set hold_until = @until, hold_ordered = @ordered
where inbound = @id and creditor = @creditor and invoice = @invoice and linking = @linking and hold_until is null

-- name: FinishInboundEffect
-- It stays due where the answer was put to more cases meanwhile. The day is that of the case
-- that is held longest.
update inbound_message
set effect_due = effect_due and due_since > @due_since, hold_until = greatest(hold_until, @hold_until)
where id = @id and linking = @linking

-- name: EndInboundHold
update inbound_message set hold_ended_at = @at where id = @id and hold_ended_at is null

-- name: LinkInbound
update inbound_message
set linking = @linking, due_since = now(), state = 'linked', creditor = @creditor, debtor = @debtor, invoice = @invoice, matched_by = @matched_by, effect_due = true,
    kind = 'answer', hold_until = null, hold_ended_at = null, handled_at = null, handled_by = '', note = ''
where id = @id

-- name: UnlinkInboundCases
-- A person says where it belongs: not where it was taken to belong before, unless it held
-- that case.
delete from inbound_case
where inbound = @id and hold_until is null and not (creditor = @creditor and invoice = any (@invoices::text[]))

-- name: LinkInboundFurther
-- To more cases than it was put to before: what it asks for is due there as well.
with added as (
    insert into inbound_case as k (inbound, creditor, invoice, linking)
    select m.id, @creditor, named.invoice, m.linking
    from inbound_message m
    cross join unnest(@invoices::text[]) as named (invoice)
    where m.id = @id
    on conflict (inbound, creditor, invoice) do update
    set linking = excluded.linking, hold_until = null, hold_ordered = false
    where k.linking < excluded.linking
    returning k.invoice
)
update inbound_message
set effect_due = true, due_since = now(), hold_until = null, hold_ended_at = null
where id = @id and exists (select from added)

-- name: CloseInbound
-- What it asks for is still brought about, unless the hold ends with it.
update inbound_message
set state = @state, handled_at = @at, handled_by = @by, note = @note, hold_ended_at = coalesce(hold_ended_at, @at)
where id = @id and state in ('triage', 'linked')

-- name: EndInboundEffect
-- A person ends the hold: what of it is still on its way keeps nothing back, and what was
-- not ordered yet is not any more.
with ended as (
    update inbound_case set hold_ordered = false where inbound = @id and hold_ordered
)
update inbound_message set effect_due = false where id = @id and kind <> 'bounce' and creditor <> ''

-- name: HandleInboundOfDoneTasks
-- A person who ticked off the task has dealt with the answer.
update inbound_message m
set state = 'handled', handled_at = t.done_at, handled_by = t.done_by, note = t.note, hold_ended_at = coalesce(m.hold_ended_at, t.done_at)
from task t
where m.state = 'linked' and not m.effect_due and t.creditor = m.creditor and t.invoice = m.invoice
  and t.key = 'answer/' || m.id || case when m.linking > 1 then '/' || m.linking else '' end and t.state = 'done'

-- name: InsertHistoryOnce
insert into history (creditor, invoice, key, kind, actor, summary, reason, sha256, at)
values (@creditor, @invoice, @key, @kind, @actor, @summary, @reason, @sha256, @at)
on conflict (creditor, invoice, key) do nothing

-- name: MessagesAnswered
-- The parent is the debtor that receives the messages, where it is not the debtor itself:
-- so in the statements below.
select m.id, m.provider_id, n.creditor, n.invoice, i.debtor, case d.bill_to when 'parent' then d.parent else '' end as parent
from message m
join message_notice n on n.message = m.id
join invoice i on i.creditor = n.creditor and i.number = n.invoice
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where m.id = any (@message_ids::text[]::uuid[])
   or m.provider in ('sendgrid', 'twilio') and m.provider_id <> '' and m.provider_id = any (@provider_ids::text[])
order by m.id, n.invoice

-- name: InvoicesWritten
select i.creditor, i.number as invoice, i.debtor, case d.bill_to when 'parent' then d.parent else '' end as parent
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where upper(i.number) = any (@numbers::text[])
   or i.creditor_reference <> '' and i.creditor_reference = any (@references::text[])
order by i.creditor, i.number
limit 1000

-- name: ContactsAt
select distinct c.creditor, c.debtor, case d.bill_to when 'parent' then d.parent else '' end as parent
from contact c
join debtor d on d.creditor = c.creditor and d.id = c.debtor
where @address <> '' and (c.email <> '' and lower(c.email) = @address or c.phone <> '' and c.phone = @address)
order by c.creditor, c.debtor
limit 1000

-- name: BilledToContactsAt
-- The debtors whose messages a debtor with a contact at an address receives as their parent.
select distinct d.creditor, d.id as debtor, d.parent
from contact c
join debtor d on d.creditor = c.creditor and d.parent = c.debtor and d.parent <> '' and d.bill_to = 'parent'
where @address <> '' and (c.email <> '' and lower(c.email) = @address or c.phone <> '' and c.phone = @address)
order by d.creditor, d.id

-- name: CreditorsAt
select id as creditor
from creditor
where lower(sender_email) = any (@addresses::text[]) or lower(reply_to) = any (@addresses::text[]) or lower(email) = any (@addresses::text[])
   or sms_sender <> '' and sms_sender = any (@addresses::text[]) or phone <> '' and phone = any (@addresses::text[])
order by id

-- name: CasesOfDebtor
-- Of one debtor, or of several together.
select i.debtor, i.number as invoice, c.closed_at is not null as closed
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
where i.creditor = @creditor and i.debtor = any (@debtors::text[])
order by c.closed_at is not null, i.due_date, i.number
