-- name: InsertEntry
-- No row: the key is taken by an entry of another invoice.
insert into ledger_entry (creditor, kind, id, invoice, currency, amount_minor, reverses, value_date, source, actor, at)
values (@creditor, @kind, @id, @invoice, nullif(@amount_currency, ''), nullif(@amount_minor, 0), @reverses, @value_date, @source, @actor, @at)
on conflict (creditor, kind, id) do nothing

-- name: LoadEntries
select kind, id, case when amount_minor is not null then row(amount_minor, currency) end as amount,
       reverses, value_date, invoice, source, actor, at, recorded_at
from ledger_entry
where creditor = @creditor and invoice = @invoice
order by recorded_at, kind, id

-- name: InvoiceOfEntry
select invoice from ledger_entry where creditor = @creditor and kind = @kind and id = @id

-- name: DeleteAllocations
delete from allocation where creditor = @creditor and invoice = @invoice

-- name: InsertAllocations
insert into allocation (creditor, kind, entry, invoice, currency, amount_minor)
select @creditor, kind, entry, @invoice, @currency, amount_minor
from unnest(@kinds::text[], @entries::text[], @amounts::bigint[]) as part (kind, entry, amount_minor)

-- name: LoadAllocations
select kind, entry as id, row(amount_minor, currency) as amount
from allocation
where creditor = @creditor and invoice = @invoice
order by kind, entry
