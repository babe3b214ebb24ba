-- Every write of a case begins with the lock on its row, and reads what the lock
-- made stable in statements of their own: under read committed a statement that
-- waited for a lock would go on with the old snapshot of the other tables.

-- name: LockCase
select from collection_case where creditor = @creditor and invoice = @invoice for update

-- name: LockCasesOfMessage
-- The cases whose notices a message carries, always locked in the same order.
select creditor, invoice
from collection_case
where (creditor, invoice) in (
    select creditor, invoice from message_notice where message = @id
    union select creditor, invoice from message where id = @id)
order by creditor, invoice
for update

-- name: OwnerOfMessage
select creditor, invoice from message where id = @id

-- name: LockDebtor
-- One message of a debtor, or of those whose messages one parent receives, is composed
-- at a time: the next one sees whom and what it carries.
select pg_advisory_xact_lock(hashtextextended('debtor/' || i.creditor || '/' || case d.bill_to when 'parent' then d.parent else d.id end, 0))
from invoice i
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where i.creditor = @creditor and i.number = @invoice

-- name: LockDebtorOfMessage
-- The same lock: of two messages that begin to leave, the second sees the first.
select pg_advisory_xact_lock(hashtextextended('debtor/' || i.creditor || '/' || case d.bill_to when 'parent' then d.parent else d.id end, 0))
from message m
join invoice i on i.creditor = m.creditor and i.number = m.invoice
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where m.id = @id

-- name: LockCasesOfDebtor
-- The case of an invoice, those its message carries, and those in the same currency of
-- the same debtor, or of those whose messages one parent receives, that are due before
-- an instant; always locked in the same order.
-- From one debtor to its few invoices and their cases, whatever the planner believes of
-- tables it has no statistics of yet: that is what "offset 0" is for.
with own as materialized (
    select i.creditor, i.number, i.currency, d.id as debtor, d.parent, d.bill_to
    from invoice i
    join debtor d on d.creditor = i.creditor and d.id = i.debtor
    where i.creditor = @creditor and i.number = @invoice
), billed as materialized (
    select debtor from own
    union
    select d.id
    from own
    join debtor d on d.creditor = own.creditor and d.parent <> '' and d.bill_to = 'parent'
                 and d.parent = case own.bill_to when 'parent' then own.parent else own.debtor end
    union
    select p.id
    from own
    join debtor p on p.creditor = own.creditor and p.id = own.parent and p.bill_to = ''
    where own.bill_to = 'parent'
), carried as materialized (
    select other.invoice
    from message_notice mine
    join message_notice other on other.message = mine.message and other.creditor = mine.creditor
    where mine.creditor = @creditor and mine.invoice = @invoice
      and mine.round = @round and mine.step = @step and mine.channel = @channel and mine.try = @try
), owed as (
    select i.number, i.debtor, i.number = own.number or i.number in (select invoice from carried) as belongs
    from own
    cross join billed
    cross join lateral (
        select number, debtor
        from invoice
        where creditor = own.creditor and debtor = billed.debtor and currency = own.currency
        offset 0) i
    offset 0
)
select c.creditor, c.invoice, owed.debtor
from owed
join collection_case c on c.creditor = @creditor and c.invoice = owed.number
where owed.belongs
   or c.closed_at is null
  and (c.next_at < @until
       or c.stage = 'on-hold' -- still, though it does not rest any more: its workflow has not taken yet that a stop was lifted
      and exists (select from stop s
                  where (s.creditor is null or s.creditor = @creditor and s.debtor is null or s.creditor = @creditor and s.debtor = owed.debtor)
                    and (s.invoice is null or s.invoice = c.invoice) and s.lifted_at is not null))
order by c.creditor, c.invoice
for update of c

-- name: CommitSoon
set local synchronous_commit = off

-- name: LockInvoiceNumber
-- Serializes the opening of a case with the entries that come before it.
select pg_advisory_xact_lock(hashtextextended(@creditor || '/' || @invoice, 0))

-- name: LoadCase
select c.creditor, c.invoice, i.debtor, i.issue_date, i.due_date, i.completed_on,
       row(i.total_minor, i.currency) as total,
       row(c.open_minor, c.currency) as open,
       row(c.late_fees_minor, c.currency) as late_fees, c.late_fees_task,
       owed.country as creditor_country, owed.late_fees as policy, owed.contact_policy, owed.arrangements, c.terms, c.rules, owes.country as debtor_country,
       owes.kind as debtor_kind, owes.siren <> '' or owes.siret <> '' or owes.vat_id <> '' as debtor_has_number,
       c.country, c.zone, c.opens, c.closes, c.closed,
       c.strategy, c.strategy_version,
       c.round, c.resume_at, c.not_before, c.postponed_for, c.outcome,
       c.limitation_kind, c.limitation_last_day, c.limitation_stopped, c.limitation_warnings, c.limitation_told, c.limitation_reckonings, c.handoffs,
       owes.standing, c.insolvency_told,
       c.stage, c.next_step, c.next_at, c.why,
       c.opened_at, c.closed_at,
       (select max(n.deadline) -- of a letter in place of another: see ListReplacedNotices
        from message_notice n
        join message m on m.id = n.message and m.state in ('accepted', 'delivered')
        join notice known on known.creditor = n.creditor and known.invoice = n.invoice and known.round = n.round and known.step = n.step
        where n.creditor = c.creditor and n.invoice = c.invoice and n.replaces and not n.withdrawn and n.round = c.round
          and known.ordinal is not null and n.deadline > coalesce(known.deadline, '-infinity')) as replaced_until,
       exists (select from hold m where m.creditor = c.creditor and m.invoice = c.invoice)
       or exists (select from promise m where m.creditor = c.creditor and m.invoice = c.invoice)
       or exists (select from dispute m where m.creditor = c.creditor and m.invoice = c.invoice)
       or exists (select from mediation m where m.creditor = c.creditor and m.invoice = c.invoice)
       or exists (select from case_plan m where m.creditor = c.creditor and m.invoice = c.invoice)
       or exists (select from stop m -- its scope in the words of its index
                  where m.creditor is null or m.creditor = c.creditor and m.debtor is null or m.creditor = c.creditor and m.debtor = i.debtor) as has_more,
       heard.id is not null as heard, heard.hold_until as heard_until,
       now() as wall
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
join creditor owed on owed.id = c.creditor
join debtor owes on owes.creditor = i.creditor and owes.id = i.debtor
left join lateral ( -- an answer whose hold the case does not have yet; of several the one that lasts longest
    select answer.id, answer.hold_until
    from (select m.id, k.linking, k.hold_until
          from inbound_case k
          join inbound_message m on m.id = k.inbound
          where k.creditor = c.creditor and k.invoice = c.invoice and m.kind = 'answer'
            -- who has dealt with it lets the hold come all the same
            and (k.hold_ordered or m.effect_due and k.linking = m.linking and m.state in ('linked', 'handled'))
          union all
          select m.id, m.linking, null
          from inbound_message m
          where m.creditor = c.creditor and m.debtor = i.debtor
            and m.state in ('linked', 'handled') and m.kind = 'answer' and m.effect_due
            and not exists (select from inbound_case k where k.inbound = m.id and k.linking = m.linking)) answer
    where not exists (select from hold h where h.creditor = c.creditor and h.invoice = c.invoice
                        and h.id = 'answer-' || answer.id || case when answer.linking > 1 then '-' || answer.linking else '' end)
    order by answer.hold_until desc nulls first
    limit 1) heard on true
where c.creditor = @creditor and c.invoice = @invoice

-- name: LoadClaims
-- All claims on a debtor, or the one of an invoice.
select i.number, i.issue_date, i.due_date, i.completed_on, row(i.total_minor, i.currency) as total, i.payment_reference,
       owed.country as creditor_country, owed.late_fees as policy, owes.country as debtor_country,
       owes.kind as debtor_kind, owes.siren <> '' or owes.siret <> '' or owes.vat_id <> '' as debtor_has_number,
       c.country, c.zone, c.opens, c.closes, c.closed, c.outcome, c.opened_at, c.closed_at
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
join creditor owed on owed.id = i.creditor
join debtor owes on owes.creditor = i.creditor and owes.id = i.debtor
where i.creditor = @creditor and i.debtor = @debtor and (@invoice = '' or i.number = @invoice)
order by i.due_date, i.number

-- name: LoadNotices
select round, step as key, begun_at as at, deadline, attempts, tries, approval, waived, completed, task_open, announced, served, proof_asked, approval_request
from notice
where creditor = @creditor and invoice = @invoice and ordinal is not null
order by round, ordinal

-- name: LoadHolds
select id, reason, from_date as "from", until_date as until, released_on as released, moves_deadline
from hold
where creditor = @creditor and invoice = @invoice
order by ordinal

-- name: InsertCase
insert into collection_case (
    creditor, invoice, strategy, strategy_version, country, zone, opens, closes, closed, round, resume_at, outcome,
    currency, open_minor, late_fees_minor, stage, next_step, next_at, why, opened_at, closed_at,
    limitation_kind, limitation_last_day, limitation_stopped, limitation_warnings, limitation_reckonings, standing_told, terms, rules)
values (
    @creditor, @invoice, @strategy, @strategy_version, @country, @zone, @opens, @closes, @closed, @round, '', '',
    @open_currency, @open_minor, @late_fees_minor, @stage, @next_step, @next_at, @why, @opened_at, @closed_at,
    @limitation_kind, @limitation_last_day, @limitation_stopped, @limitation_warnings, @limitation_reckonings, @standing_told, @terms, @rules)

-- name: UpdateCase
update collection_case
set strategy = @strategy, strategy_version = @strategy_version,
    country = @country, zone = @zone, opens = @opens, closes = @closes, closed = @closed,
    round = @round, resume_at = @resume_at, not_before = @not_before, postponed_for = @postponed_for, outcome = @outcome,
    open_minor = @open_minor, late_fees_minor = @late_fees_minor, late_fees_task = @late_fees_task, stage = @stage, next_step = @next_step, next_at = @next_at, why = @why,
    limitation_kind = @limitation_kind, limitation_last_day = @limitation_last_day, limitation_stopped = @limitation_stopped,
    limitation_warnings = @limitation_warnings, limitation_told = @limitation_told, limitation_reckonings = @limitation_reckonings, handoffs = @handoffs,
    insolvency_told = @insolvency_told,
    -- A case that opens again is to be started again, should nobody live to do it now.
    started_at = case when closed_at is not null and @closed_at::timestamptz is null then null else started_at end,
    -- Nor was it told of a stop while it was closed.
    stops_untold = case when closed_at is not null and @closed_at::timestamptz is null then stops_untold + 1 else stops_untold end,
    closed_at = @closed_at
where creditor = @creditor and invoice = @invoice

-- name: UpsertNotice
insert into notice (creditor, invoice, round, step, ordinal, begun_at, deadline, attempts, tries, approval, waived, completed, task_open,
    announced, served, proof_asked, approval_request)
values (@creditor, @invoice, @round, @key, @ordinal, @at, @deadline, @attempts, @tries, @approval, @waived, @completed, @task_open,
    @announced, @served, @proof_asked, @approval_request)
on conflict (creditor, invoice, round, step) do update
set ordinal = excluded.ordinal, begun_at = excluded.begun_at, deadline = excluded.deadline, attempts = excluded.attempts,
    tries = excluded.tries, approval = excluded.approval, waived = excluded.waived, completed = excluded.completed, task_open = excluded.task_open,
    announced = excluded.announced, served = excluded.served, proof_asked = excluded.proof_asked,
    approval_request = excluded.approval_request

-- name: ReserveNotice
insert into notice (creditor, invoice, round, step, attempts, tries, approval, waived, completed, task_open)
values (@creditor, @invoice, @round, @step, '[]', 0, '', false, false, false)
on conflict (creditor, invoice, round, step) do nothing

-- name: UpsertHold
insert into hold (creditor, invoice, id, ordinal, reason, from_date, until_date, released_on, moves_deadline)
values (@creditor, @invoice, @id, @ordinal, @reason, @from, @until, @released, @moves_deadline)
on conflict (creditor, invoice, id) do update
set reason = excluded.reason, from_date = excluded.from_date, until_date = excluded.until_date, released_on = excluded.released_on,
    moves_deadline = excluded.moves_deadline

-- name: InsertStrategy
insert into strategy (name, version, definition)
values (@name, @version, @definition)
on conflict (name, version) do nothing

-- name: LoadStrategy
select definition as strategy from strategy where name = @name and version = @version
