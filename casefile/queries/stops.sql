-- Stops are set and lifted under a lock of their own, which everything that lets a
-- message leave shares, and the opening of a case: once the command returns, nothing
-- that began before it can still go through. It is taken before any other lock.

-- name: LockStops
select pg_advisory_xact_lock(hashtextextended('stops', 0))

-- name: ShareStops
select pg_advisory_xact_lock_shared(hashtextextended('stops', 0))

-- name: LoadStopsOfCase
-- In force or not: days under a stop that has ended do not count as spacing. What was
-- lifted before the case was opened does not concern it. A stop without a creditor is of
-- everything, one without a debtor of the creditor: written so, the index finds the few
-- that matter among all there ever were.
with asked as materialized (
    select coalesce(nullif(@debtor, ''), i.debtor) as debtor, coalesce(c.opened_at, @at, '-infinity'::timestamptz) as since
    from (values (@creditor, @invoice)) as key (creditor, invoice)
    left join invoice i on i.creditor = key.creditor and i.number = key.invoice
    left join collection_case c on c.creditor = key.creditor and c.invoice = key.invoice
)
select s.id, s.kind, s.scope, s.reason, s.placed_at as at, s.until_date as until, s.lifted_at as lifted
from asked
join stop s on s.lifted_at is null or s.lifted_at >= asked.since
where (s.creditor is null or s.creditor = @creditor and s.debtor is null or s.creditor = @creditor and s.debtor = asked.debtor)
  and (s.invoice is null or s.invoice = @invoice)
order by s.placed_at, s.id

-- name: InsertStop
insert into stop (id, kind, scope, creditor, debtor, invoice, reason, author, placed_at, until_date)
values (@id, @kind, @scope, nullif(@creditor, ''), nullif(@debtor, ''), nullif(@invoice, ''), @reason, @author, @at, @until)

-- name: LiftStop
update stop
set lifted_at = @lifted, lifted_by = @lifted_by, changes = changes + 1, told_creditor = '', told_invoice = ''
where id = @id

-- name: LoadStop
select s.id, s.kind, s.scope, coalesce(s.creditor, '') as creditor, coalesce(s.debtor, '') as debtor, coalesce(s.invoice, '') as invoice,
       s.reason, s.author, s.placed_at as at, s.until_date as until, s.lifted_at as lifted, s.lifted_by,
       s.changes, s.told, s.told_creditor, s.told_invoice
from stop s
where s.id = @id

-- name: ListStops
select s.id, s.kind, s.scope, coalesce(s.creditor, '') as creditor, coalesce(s.debtor, '') as debtor, coalesce(s.invoice, '') as invoice,
       s.reason, s.author, s.placed_at as at, s.until_date as until, s.lifted_at as lifted, s.lifted_by,
       s.changes, s.told, s.told_creditor, s.told_invoice
from stop s
where (@creditor = '' or s.creditor = @creditor or s.creditor is null)
  and (@debtor = '' or s.debtor = @debtor or s.debtor is null)
  and (not @in_force or s.lifted_at is null and (s.until_date is null or s.until_date >= @today))
  and (not @to_tell or s.told < s.changes)
  and (@after = '' or (s.placed_at, s.id) > (select placed_at, id from stop where id = @after))
order by s.placed_at, s.id
limit @limit

-- name: ListCasesOfStop
-- The open cases in its scope, after one of them.
select c.creditor, c.invoice
from collection_case c
join invoice i on i.creditor = c.creditor and i.number = c.invoice
where c.closed_at is null and (c.creditor, c.invoice) > (@after_creditor, @after_invoice)
  and (@creditor = '' or c.creditor = @creditor)
  and (@debtor = '' or i.debtor = @debtor)
  and (@invoice = '' or c.invoice = @invoice)
order by c.creditor, c.invoice
limit @limit

-- name: DoubtStops
-- Its workflow was not there to be told.
update collection_case set stops_untold = stops_untold + 1 where creditor = @creditor and invoice = @invoice

-- name: ListUntoldOfStops
-- The open cases whose workflow may not know of all stops, after one of them.
select creditor, invoice, stops_untold as untold
from collection_case
where stops_untold > 0 and closed_at is null and (creditor, invoice) > (@after_creditor, @after_invoice)
order by creditor, invoice
limit @limit

-- name: MarkToldOfStops
-- Unless there is another doubt by now.
update collection_case set stops_untold = 0 where creditor = @creditor and invoice = @invoice and stops_untold = @untold

-- name: MarkStopTold
-- A change that came meanwhile is told from the first case on.
update stop
set told = case when @all then @changes else told end, told_creditor = @told_creditor, told_invoice = @told_invoice
where id = @id and changes = @changes

-- name: NoteStop
-- In the journal of the creditor, or of all creditors.
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select c.id, @invoice, @key::text, @kind::text, @actor::text, @summary::text, @reason::text, @at::timestamptz
from creditor c
where @creditor = '' or c.id = @creditor
on conflict (creditor, invoice, key) do nothing

-- name: DebtorOfInvoice
select debtor from invoice where creditor = @creditor and number = @invoice
