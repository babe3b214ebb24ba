-- name: LoadLimitationEvents
select id, revision, event as kind, on_date as "on", until_date as until, result as void, actor, at, recorded_at
from (
    select distinct on (id) *
    from limitation_event
    where creditor = @creditor and invoice = @invoice
    order by id, revision desc
) latest
order by on_date, id

-- name: InsertLimitationEvent
insert into limitation_event (creditor, invoice, id, revision, event, on_date, until_date, result, actor, at)
values (@creditor, @invoice, @id, @revision, @kind, @on, @until, @void, @actor, @at)
