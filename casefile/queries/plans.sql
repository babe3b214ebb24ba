-- name: LoadCasePlans
select id, revision, from_date as "from", accepted, next_on, case when next_minor is not null then row(next_minor, currency) end as next_amount,
       ended_on, ended_as, pay_by
from case_plan
where creditor = @creditor and invoice = @invoice
order by ordinal

-- name: UpsertCasePlan
insert into case_plan (creditor, invoice, id, ordinal, revision, from_date, accepted, next_on, currency, next_minor, ended_on, ended_as, pay_by)
values (@creditor, @invoice, @id, @ordinal, @revision, @from, @accepted, @next_on, nullif(@next_amount_currency, ''), nullif(@next_amount_minor, 0), @ended_on, @ended_as, @pay_by)
on conflict (creditor, invoice, id) do update
set revision = excluded.revision, accepted = excluded.accepted, next_on = excluded.next_on, currency = excluded.currency,
    next_minor = excluded.next_minor, ended_on = excluded.ended_on, ended_as = excluded.ended_as, pay_by = excluded.pay_by

-- name: LoadDemand
-- The first day on which what a consumer missed of a plan was demanded.
select min(made_on) as made_on
from (
    select case when l.message is null then (m.settled_at at time zone @zone)::date else l.posted_on end as made_on
    from message m
    left join letter l on l.message = m.id
    where m.creditor = @creditor and m.invoice = any (@invoices::text[]) and m.step = @step and m.state in ('accepted', 'delivered')
      and (l.message is null or l.state in ('posted', 'delivered', 'unclaimed', 'refused'))
    union all
    select (t.done_at at time zone @zone)::date
    from task t
    where t.creditor = @creditor and t.invoice = any (@invoices::text[]) and t.key = @step and t.state = 'done'
) demanded

-- name: LockPlan
-- Writings of a plan wait for each other, also before it is there.
select pg_advisory_xact_lock(hashtextextended('plan/' || @creditor || '/' || @id, 0))

-- name: LoadPlan
select body as plan, revision from plan where creditor = @creditor and id = @id

-- name: UpsertPlan
insert into plan (creditor, id, debtor, state, version, revision, body, currency, total_minor, received_minor, next_on, next_minor, proposed_at, ended_at)
values (@creditor, @id, @debtor, @state, @version, @revision, @body, @total_currency, @total_minor, @received_minor, @next_on, nullif(@next_minor, 0), @at, @ended_at)
on conflict (creditor, id) do update
set state = excluded.state, version = excluded.version, revision = excluded.revision, body = excluded.body, total_minor = excluded.total_minor,
    received_minor = excluded.received_minor, next_on = excluded.next_on, next_minor = excluded.next_minor, ended_at = excluded.ended_at,
    -- one that goes on again asks for the start of its workflow
    started_at = case when plan.ended_at is not null and excluded.ended_at is null then null else plan.started_at end

-- name: KeptPlanOf
-- The plan over an invoice that was kept last.
select p.creditor, p.id
from plan_invoice i
join plan p on p.creditor = i.creditor and p.id = i.plan
where i.creditor = @creditor and i.invoice = @invoice and p.state in ('completed', 'settled-early')
order by p.ended_at desc, p.id
limit 1

-- name: InsertPlanInvoice
insert into plan_invoice (creditor, plan, invoice, currency, amount_minor, received_minor)
values (@creditor, @plan, @invoice, @amount_currency, @amount_minor, @received_minor)

-- name: LoadPlanInvoices
select p.invoice, row(p.amount_minor, p.currency) as amount, row(p.received_minor, p.currency) as received
from plan_invoice p
where p.creditor = @creditor and p.plan = @plan
order by p.invoice

-- name: UpsertInstalment
insert into instalment (creditor, plan, version, number, due_on, currency, principal_minor, earlier_interest_minor, interest_minor, paid_minor)
values (@creditor, @plan, @version, @number, @due_on, @principal_currency, @principal_minor, @earlier_interest_minor, @interest_minor, @paid_minor)
on conflict (creditor, plan, version, number) do update set paid_minor = excluded.paid_minor

-- name: LoadPlans
select body as plan, revision
from plan
where (@creditor = '' or creditor = @creditor) and (@debtor = '' or debtor = @debtor) and (@state = '' or state = @state)
  and (@invoice = '' or exists (select from plan_invoice i where i.creditor = plan.creditor and i.plan = plan.id and i.invoice = @invoice))
order by proposed_at desc, creditor, id
limit @limit

-- name: PlansToStart
select creditor, id from plan where started_at is null and ended_at is null order by proposed_at limit @limit

-- name: PlansThatMayBeLate
-- Plans that go on, by what comes next of them.
select body as plan, revision
from plan
where started_at is not null and ended_at is null and (state <> 'running' or next_on <= @until)
order by next_on, creditor, id
limit @limit

-- name: MarkPlanStarted
update plan set started_at = now() where creditor = @creditor and id = @id and started_at is null

-- name: InsertPlanDocument
insert into plan_document (creditor, plan, version, language, sha256, bytes, at)
values (@creditor, @plan, @version, @language, @sha256, @bytes, @at)
on conflict (creditor, plan, version, language) do nothing

-- name: LoadPlanDocument
select bytes, sha256 from plan_document where creditor = @creditor and plan = @plan and version = @version and language = @language
