-- name: InsertHistory
insert into history (creditor, invoice, key, kind, actor, summary, at)
values (@creditor, @invoice, @key, @kind, @actor, @summary, @at)

-- name: HistoryHas
select count(*) > 0 as known from history where creditor = @creditor and invoice = @invoice and key = @key

-- name: LoadHistory
select id, key, kind, actor, summary, at, recorded_at
from history
where creditor = @creditor and invoice = @invoice
order by id
