-- What is known of debtors that bears on all of their cases.

-- name: LockStanding
-- Before the cases of the debtor are locked. References to the debtor go on.
select d.creditor, d.id as debtor, d.kind, d.standing, d.standing_revision as revision, owed.country as creditor_country, owed.zone as creditor_zone
from debtor d
join creditor owed on owed.id = d.creditor
where d.creditor = @creditor and d.id = @debtor
for no key update of d

-- name: LoadKnownDebtor
select creditor, id, name, kind, language, zone, siren, siret, vat_id, line1, line2, postcode, city, country, parent, bill_to, audience,
       standing, standing_revision
from debtor
where creditor = @creditor and id = @debtor

-- name: SaveStanding
update debtor set standing = @standing, standing_revision = @revision where creditor = @creditor and id = @debtor

-- name: LockAllCasesOfDebtor
select c.creditor, c.invoice
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
where i.creditor = @creditor and i.debtor = @debtor
order by c.creditor, c.invoice
for update of c

-- name: LoadProceedings
-- The last revision of each, the latest proceedings last.
select creditor, debtor, id, revision, kind, simplified, court, judgment, published, notice, declared, declared_how, proof, ended, ended_on, actor, at, recorded_at
from (
    select distinct on (creditor, debtor, id) *
    from insolvency
    where (@creditor = '' or creditor = @creditor) and (@debtor = '' or debtor = @debtor)
    order by creditor, debtor, id, revision desc
) latest
order by creditor, debtor, judgment, id

-- name: InsertProceedings
insert into insolvency (creditor, debtor, id, revision, kind, simplified, court, judgment, published, notice, declared, declared_how, proof, ended, ended_on, actor, at)
values (@creditor, @debtor, @id, @revision, @kind, @simplified, @court, @judgment, @published, @notice, @declared, @declared_how, @proof, @ended, @ended_on, @actor, @at)

-- name: LoadOfficeHolder
select role, name, line1, line2, postcode, city, country, email, phone
from office_holder
where creditor = @creditor and debtor = @debtor and proceeding = @proceeding

-- name: SaveOfficeHolder
insert into office_holder (creditor, debtor, proceeding, role, name, line1, line2, postcode, city, country, email, phone)
values (@creditor, @debtor, @proceeding, @role, @name, @line1, @line2, @postcode, @city, @country, @email, @phone)
on conflict (creditor, debtor, proceeding) do update
set role = excluded.role, name = excluded.name, line1 = excluded.line1, line2 = excluded.line2, postcode = excluded.postcode,
    city = excluded.city, country = excluded.country, email = excluded.email, phone = excluded.phone

-- name: LoadHardships
select creditor, debtor, id, revision, kind, reason, from_date as "from", until_date as until, review_on, ended, withdrawn, actor, at, recorded_at
from (
    select distinct on (id) *
    from hardship
    where creditor = @creditor and debtor = @debtor
    order by id, revision desc
) latest
order by from_date, id

-- name: InsertHardship
insert into hardship (creditor, debtor, id, revision, kind, reason, from_date, until_date, review_on, ended, withdrawn, actor, at)
values (@creditor, @debtor, @id, @revision, @kind, @reason, @from, @until, @review_on, @ended, @withdrawn, @actor, @at)

-- name: DebtorsOfSIREN
select creditor, id
from debtor
where siren = @siren or left(siret, 9) = @siren
order by creditor, id

-- name: ListCasesToTell
-- Open cases whose workflow does not know yet what is known of their debtor.
select c.creditor, c.invoice, d.standing_revision as revision
from debtor d
join invoice i on i.creditor = d.creditor and i.debtor = d.id
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
where d.standing_revision > c.standing_told and d.standing_revision > 0 and c.closed_at is null
order by c.creditor, c.invoice
limit @limit

-- name: MarkTold
update collection_case set standing_told = greatest(standing_told, @revision) where creditor = @creditor and invoice = @invoice

-- name: FreezeTasks
-- What people would do about the claim stops with the machine; that its limitation
-- comes near does not.
with cancelled as (
    update task
    set state = 'cancelled', closed_with_case = true, done_at = @at, done_by = @actor, note = @why
    where creditor = @creditor and invoice = @invoice and state = 'open'
      and kind not in ('match-payment', 'answer', 'limitation', 'insolvency', 'hardship', 'closed-case', 'pull-letter')
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/cancelled/' || @cause, 'task-cancelled', @actor, 'task cancelled, because ' || @why || ': ' || title, @why, @at
from cancelled

-- name: FreezeMessages
with withheld as (
    update message
    set state = 'withheld', reason = @why
    where creditor = @creditor and invoice = @invoice and state = 'composed'
    returning id, compositions, channel, step
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'message/' || id || '/withheld/' || compositions, 'message-withheld', @actor,
       'the ' || channel || ' of step ' || step || ' is withheld: ' || @why, @why, @at
from withheld

-- name: FreezeLetters
with cancelled as (
    update letter l
    set state = 'cancelled', cancelled_with_case = true, ended_on = @day, reason = @why, actor = @actor
    from message m
    where m.id = l.message and m.creditor = @creditor and m.invoice = @invoice and l.state in ('queued', 'printed')
      and not exists (select from message_notice n where n.message = m.id and n.invoice <> m.invoice) -- of several: see WithdrawLetters
    returning l.number, l.message, l.printed_on, l.handed_to
), pulled as (
    -- what people have printed already lies there: they are asked to take it out
    insert into task (creditor, invoice, round, step, kind, key, title, detail, state, closed_with_case, due_on, opened_at, done_by, note, owner)
    select @creditor, @invoice, 0, '', 'pull-letter', 'pull/' || c.message || '/' || @cause::text, 'Do not post the letter ' || c.number || ': ' || @why::text,
           'The letter ' || c.number || ' was printed and must not leave: ' || @why::text || '. Take it out of the post and mark this task as done. '
           || 'If it has left already, report it as posted all the same: the register keeps that, with a warning.',
           'open', false, @day::date, @at::timestamptz, '', '', task_owner_of(@creditor, @invoice, @owner_roles::text[])
    from cancelled c
    where c.printed_on is not null and c.handed_to = ''
    on conflict (creditor, invoice, key) do nothing
    returning id, creditor, invoice, title
), told as (
    insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
    select creditor, invoice, 'task/' || id || '/opened', 'task-opened', @actor, 'task opened: ' || title, @why, @at::timestamptz
    from pulled
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'letter/' || number || '/cancelled/' || @cause, 'letter-cancelled', @actor,
       'letter ' || number || ' is not to be posted: ' || @why, @why, @at
from cancelled

-- name: FinishDebtorTasks
-- What was asked about a debtor is answered.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and kind = @kind and state = 'open' and starts_with(key, @prefix)
    returning id, invoice, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, @note, @at
from finished
