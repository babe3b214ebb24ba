-- Who may take part in a notice, and what they wish.

-- name: LoadPeople
-- All who may take part in the notices about an invoice, in one row. The contacts
-- are those of the debtor, or of the parent that receives its messages.
with owes as (
    select d.creditor, d.id, case d.bill_to when 'parent' then d.parent else '' end as parent
    from invoice i
    join debtor d on d.creditor = i.creditor and d.id = i.debtor
    where i.creditor = @creditor and i.number = @invoice
), reached as (
    select c.*
    from owes
    join contact c on c.creditor = owes.creditor and c.debtor = case owes.parent when '' then owes.id else owes.parent end
)
select owes.parent,
       exists (select from debtor p where p.creditor = owes.creditor and p.id = owes.parent) as parent_is_known,
       coalesce((select jsonb_agg(jsonb_build_object(
                    'id', id, 'name', name, 'role', role, 'email', email, 'phone', phone, 'language', language,
                    'preferred', preferred, 'channels', channels, 'preferred_channel', preferred_channel, 'scope', scope,
                    'valid_from', valid_from, 'valid_until', valid_until,
                    'email_invalid', email_invalid_at is not null, 'phone_invalid', phone_invalid_at is not null,
                    'whatsapp_invalid', whatsapp_invalid_at is not null) order by id)
                 from reached), '[]') as contacts,
       coalesce((select jsonb_agg(jsonb_build_object('channel', o.channel, 'address', o.address) order by o.id)
                 from (select id, channel, address from opt_out
                       where creditor = owes.creditor and debtor in (owes.id, owes.parent) and address = '' and withdrawn_at is null
                       union all
                       select id, channel, address from opt_out
                       where creditor = owes.creditor and withdrawn_at is null and address <> ''
                         and address = any (array(select lower(email) from reached union all select phone from reached))) o), '[]') as opt_outs,
       coalesce((select jsonb_agg(jsonb_build_object('role', l.role, 'name', l.name, 'email', l.email, 'debtor', l.debtor) order by l.id)
                 from colleague l
                 where l.creditor = owes.creditor and l.debtor in ('', owes.id)), '[]') as colleagues,
       (select key from link_key) as link_key
from owes

-- name: LoadContactsOfDebtor
select id, creditor, debtor, name, role, email, phone, language, preferred, nullif(channels, '{}') as channels, preferred_channel, scope, valid_from, valid_until,
       email_invalid_at, email_invalid_why, phone_invalid_at, phone_invalid_why, whatsapp_invalid_at, whatsapp_invalid_why
from contact
where creditor = @creditor and debtor = @debtor
order by id

-- name: RetireContact
update contact
set valid_until = @valid_until, preferred = false
where id = @id and creditor = @creditor and debtor = @debtor and (valid_until is null or valid_until > @valid_until)
returning id

-- name: PreferContact
-- One of a role is preferred: the others of that role and scope give way.
update contact
set preferred = false
where creditor = @creditor and debtor = @debtor and role = @role and scope = @scope and id <> @id and preferred

-- name: MarkAddressInvalid
-- Whoever has the address has a bad one, for the channels named. One that was corrected
-- since is another.
with marked as (
    update contact
    set email_invalid_at  = case when email <> '' and lower(email) = @address then coalesce(email_invalid_at, @at) else email_invalid_at end,
        email_invalid_why = case when email <> '' and lower(email) = @address and email_invalid_at is null then @why else email_invalid_why end,
        phone_invalid_at  = case when @sms and phone <> '' and phone = @address then coalesce(phone_invalid_at, @at) else phone_invalid_at end,
        phone_invalid_why = case when @sms and phone <> '' and phone = @address and phone_invalid_at is null then @why else phone_invalid_why end,
        whatsapp_invalid_at  = case when @whatsapp and phone <> '' and phone = @address then coalesce(whatsapp_invalid_at, @at) else whatsapp_invalid_at end,
        whatsapp_invalid_why = case when @whatsapp and phone <> '' and phone = @address and whatsapp_invalid_at is null then @why else whatsapp_invalid_why end
    where creditor = @creditor
      and (email <> '' and lower(email) = @address and email_invalid_at is null
           or phone <> '' and phone = @address and (@sms and phone_invalid_at is null or @whatsapp and whatsapp_invalid_at is null))
      and not exists (select from delivery_event where provider = @provider and event_id = @event_id)
    returning id
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, @key || '/address-invalid/' || id, 'address-invalid', @actor,
       'the address of contact ' || id || ' is not used ' || @by_channel || 'until somebody corrects it: ' || @why, @why, @at
from marked
on conflict (creditor, invoice, key) do nothing

-- name: SetParent
update debtor
set parent = @parent, bill_to = @bill_to
where creditor = @creditor and id = @debtor and (parent, bill_to) <> (@parent, @bill_to)
returning id

-- name: SetAudience
update debtor set audience = @audience where creditor = @creditor and id = @debtor and audience <> @audience returning id

-- name: LoadOptOuts
select id, creditor, debtor, channel, address, source, actor as by, at, withdrawn_at, withdrawn_by, withdrawn_why
from opt_out o
where creditor = @creditor
  and (debtor = @debtor
       or address in (select lower(email) from contact where creditor = @creditor and debtor = @debtor and email <> ''
                      union all select phone from contact where creditor = @creditor and debtor = @debtor and phone <> ''))
order by id

-- name: SupersedeStop
-- What a person records stands for itself: whoever wrote STOP as well does not take it back.
update opt_out
set withdrawn_at = @at, withdrawn_by = @by, withdrawn_why = @source
where creditor = @creditor and debtor = @debtor and channel = @channel and address = @address and withdrawn_at is null
  and source like 'answer/%' and actor = @keeper

-- name: InsertOptOut
insert into opt_out (creditor, debtor, channel, address, source, actor, at)
select @creditor, @debtor, @channel, @address, @source, @by, @at
where not (@once::boolean and exists (
    select from opt_out where creditor = @creditor and debtor = @debtor and channel = @channel and address = @address and source = @source))
on conflict (creditor, debtor, channel, address) where withdrawn_at is null do nothing
returning id

-- name: InsertOptOutOfEvent
-- A provider knows of the wish first. The news counts once, also when the wish was
-- withdrawn since.
with recorded as (
    insert into opt_out (creditor, debtor, channel, address, source, actor, at)
    select @creditor, @debtor, @channel, @address, @source, @actor, @at
    where not exists (select from delivery_event where provider = @provider and event_id = @event_id)
    on conflict (creditor, debtor, channel, address) where withdrawn_at is null do nothing
    returning id
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'opt-out/' || id, 'opted-out', @actor, @summary, @source, @at
from recorded
on conflict (creditor, invoice, key) do nothing

-- name: WithdrawOptOut
-- Of the debtor, or of an address whoever's it is. Whoever wrote takes back what it wrote
-- before, also where only the refusal of its provider told of it, and not what became known
-- otherwise.
update opt_out
set withdrawn_at = @at, withdrawn_by = @by, withdrawn_why = @why
where creditor = @creditor and channel = @channel and withdrawn_at is null
  and (@address = '' and debtor = @debtor or @address <> '' and address = @address)
  and (not @own::boolean
       or (source like 'answer/%' or channel in ('sms', 'whatsapp') and source like any (@refusals::text[])) and actor = @by and at <= @at)
returning id

-- name: LockCasesOfPeople
-- The open cases whose notices go to a debtor's people or to an address.
with named as (
    select @debtor::text as id
    union
    select k.debtor from contact k where k.creditor = @creditor and @address <> '' and (lower(k.email) = @address or k.phone = @address)
), concerned as (
    select id from named
    union
    select d.id from debtor d join named n on n.id = d.parent where d.creditor = @creditor and d.bill_to = 'parent' and n.id <> ''
)
select c.creditor, c.invoice
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
where c.creditor = @creditor and c.closed_at is null and i.debtor in (select id from concerned)
order by c.creditor, c.invoice
for update of c

-- name: NotePeople
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, invoice, @key, @kind, @actor, @summary, @reason, @at
from unnest(@invoices::text[]) as invoice
on conflict (creditor, invoice, key) do nothing

-- name: WithholdForPeople
-- What was composed and has not left was for the people as they were: it is
-- composed anew, for those they are now. What goes on paper goes to the debtor itself.
with withheld as (
    update message
    set state = 'withheld', reason = 'who is written to has changed'
    where creditor = @creditor and invoice = any (@invoices::text[]) and state = 'composed' and channel not in ('letter', 'registered-letter')
    returning id, invoice, compositions, channel, step
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, invoice, 'message/' || id || '/withheld/' || compositions, 'message-withheld', @actor,
       'the ' || channel || ' of step ' || step || ' is withheld and composed anew: who is written to has changed', 'who is written to has changed', @at
from withheld
on conflict (creditor, invoice, key) do nothing

-- name: LoadColleagues
select id, creditor, debtor, role, name, email, configured
from colleague
where creditor = @creditor and (@debtor = '' or debtor in ('', @debtor))
order by debtor, role, email

-- name: SaveColleague
insert into colleague (creditor, debtor, role, name, email, configured)
values (@creditor, @debtor, @role, @name, @email, @configured)
on conflict (creditor, debtor, role, email) do update
set name = excluded.name, configured = colleague.configured or excluded.configured
returning id

-- name: RemoveColleague
delete from colleague
where creditor = @creditor and id = @id and not configured
returning id

-- name: RemoveConfiguredColleagues
delete from colleague where creditor = @creditor and configured

-- name: LoadLinkKey
select key from link_key

-- name: RecipientOfMessage
select m.creditor, i.debtor, m.channel, m.recipient, m.language, content.bytes
from message m
join message_content content on content.message = m.id
join invoice i on i.creditor = m.creditor and i.number = m.invoice
where m.id = @id

-- name: ContactsAmong
-- Those of some addresses, in their order, that are a contact's and no colleague's.
select named.address
from unnest(@addresses::text[]) with ordinality as named (address, place)
where exists (select from contact k where k.creditor = @creditor and lower(k.email) = named.address)
  and not exists (select from colleague l where l.creditor = @creditor and lower(l.email) = named.address)
order by named.place
