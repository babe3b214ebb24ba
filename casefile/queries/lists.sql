-- name: LoadCaseRow
select c.creditor, c.invoice, i.debtor, d.name as debtor_name, i.issue_date, i.due_date,
       row(i.total_minor, i.currency) as total, row(c.open_minor, c.currency) as open,
       c.strategy, c.strategy_version, c.stage, c.next_step, c.next_at, c.why, c.opened_at, c.closed_at, c.started_at
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where c.creditor = @creditor and c.invoice = @invoice

-- name: ListCases
select c.creditor, c.invoice, i.debtor, d.name as debtor_name, i.issue_date, i.due_date,
       row(i.total_minor, i.currency) as total, row(c.open_minor, c.currency) as open,
       c.strategy, c.strategy_version, c.stage, c.next_step, c.next_at, c.why, c.opened_at, c.closed_at, c.started_at
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where (@creditor = '' or c.creditor = @creditor)
  and (@debtor = '' or i.debtor = @debtor)
  and (@stage = '' or c.stage = @stage)
  and (not @open_only::boolean or c.closed_at is null)
  and (@text = '' or position(lower(@text) in lower(concat_ws(' ', i.number, i.reference, d.id, d.name))) > 0)
  and (i.due_date, i.creditor, i.number) > (coalesce(@after_due_date::date, '-infinity'), @after_creditor, @after_invoice)
order by i.due_date, i.creditor, i.number
limit @limit

-- name: ListCasesToStart
select c.creditor, c.invoice, i.debtor, d.name as debtor_name, i.issue_date, i.due_date,
       row(i.total_minor, i.currency) as total, row(c.open_minor, c.currency) as open,
       c.strategy, c.strategy_version, c.stage, c.next_step, c.next_at, c.why, c.opened_at, c.closed_at, c.started_at
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where c.started_at is null and c.closed_at is null
order by c.recorded_at
limit @limit

-- name: ListCasesThatAreLate
select c.creditor, c.invoice, i.debtor, d.name as debtor_name, i.issue_date, i.due_date,
       row(i.total_minor, i.currency) as total, row(c.open_minor, c.currency) as open,
       c.strategy, c.strategy_version, c.stage, c.next_step, c.next_at, c.why, c.opened_at, c.closed_at, c.started_at
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
join debtor d on d.creditor = i.creditor and d.id = i.debtor
where c.started_at is not null and c.closed_at is null and c.next_at < @before
order by c.next_at, c.creditor, c.invoice
limit @limit

-- name: ListOpenWindows
select distinct country, zone, opens, closes, closed
from collection_case
where creditor = @creditor and closed_at is null
order by country, zone, opens, closes, closed

-- name: ListCasesOfWindow
select creditor, invoice
from collection_case
where creditor = @creditor and closed_at is null and invoice > @after
  and country = @country and zone = @zone and opens = @opens and closes = @closes and closed = @closed
order by invoice
limit @limit

-- name: MarkStarted
-- Locked in the order in which everybody locks cases.
with started as (
    select c.creditor, c.invoice
    from collection_case c
    join unnest(@creditors::text[], @invoices::text[]) as given (creditor, invoice) on given.creditor = c.creditor and given.invoice = c.invoice
    order by c.creditor, c.invoice
    for update of c
)
update collection_case c
set started_at = coalesce(c.started_at, now())
from started
where c.creditor = started.creditor and c.invoice = started.invoice

-- name: CountCases
select stage, count(*)::int as cases, row(sum(open_minor)::bigint, currency) as open
from collection_case
group by stage, currency
order by stage, currency

-- name: CountMessages
select state, channel, count(*)::int as messages
from message
group by state, channel
order by state, channel

-- name: CountTasks
select kind, count(*)::int as tasks
from task
where state = 'open'
group by kind
order by kind

-- name: LoadClock
select wall, business, speed from clock

-- name: LatestHistory
select recorded_at from history order by id desc limit 1

-- name: SaveClock
insert into clock (wall, business, speed)
values (@wall, @business, @speed)
on conflict (only_row) do update
set wall = excluded.wall, business = excluded.business, speed = excluded.speed

-- name: LockLiveness
select business_at, wall_at from liveness for update

-- name: SaveLiveness
insert into liveness (business_at, wall_at)
values (@business_at, @wall_at)
on conflict (only_row) do update
set business_at = excluded.business_at, wall_at = excluded.wall_at

-- name: InsertOutage
insert into outage (began, ended)
values (@began, @ended)
on conflict (began) do nothing

-- name: ListOutages
-- Those after which something may still wait for its turn.
select began, ended from outage
where ended > @at::timestamptz - interval '60 days' and ended <= @at
order by began
