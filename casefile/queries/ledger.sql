-- name: InsertEntry
-- No row: the key is taken by an entry of another invoice.
insert into ledger_entry (creditor, kind, id, invoice, currency, amount_minor, reverses, value_date, part, note, until_date, keeps_late_fees, source, actor, at)
values (@creditor, @kind, @id, @invoice, nullif(@amount_currency, ''), nullif(@amount_minor, 0), @reverses, @value_date, @part, @note, @until, @keeps_late_fees, @source, @actor, @at)
on conflict (creditor, kind, id) do nothing

-- name: LoadEntries
select kind, id, case when amount_minor is not null then row(amount_minor, currency) end as amount,
       reverses, value_date, part, note, until_date as until, keeps_late_fees, invoice, source, actor, at, recorded_at, place
from ledger_entry
where creditor = @creditor and invoice = @invoice
order by recorded_at, kind, id

-- name: LoadEntriesOfClaims
-- The entries of LoadClaims.
select e.kind, e.id, case when e.amount_minor is not null then row(e.amount_minor, e.currency) end as amount,
       e.reverses, e.value_date, e.part, e.note, e.until_date as until, e.keeps_late_fees, e.invoice, e.source, e.actor, e.at, e.recorded_at, e.place
from invoice i
join ledger_entry e on e.creditor = i.creditor and e.invoice = i.number
where i.creditor = @creditor and i.debtor = @debtor and (@invoice = '' or i.number = @invoice)
order by e.recorded_at, e.kind, e.id

-- name: InvoiceOfEntry
select invoice from ledger_entry where creditor = @creditor and kind = @kind and id = @id

-- name: DeleteAllocations
delete from allocation where creditor = @creditor and invoice = @invoice

-- name: InsertAllocations
insert into allocation (creditor, kind, entry, part, invoice, currency, amount_minor)
select @creditor, kind, entry, part, @invoice, @currency, sum(amount_minor)
from unnest(@kinds::text[], @entries::text[], @parts::text[], @amounts::bigint[]) as allocated (kind, entry, part, amount_minor)
group by kind, entry, part

-- name: LoadAllocations
select kind, entry as id, part, row(amount_minor, currency) as amount
from allocation
where creditor = @creditor and invoice = @invoice
order by kind, entry, part desc

-- name: LoadBooks
select l.account, row(sum(l.amount_minor)::bigint, l.currency) as amount
from journal_entry e
join journal_leg l on l.entry = e.id
where e.creditor = @creditor and e.invoice = @invoice
group by l.account, l.currency
having sum(l.amount_minor) <> 0

-- name: InsertJournalEntry
with entry as (
    insert into journal_entry (creditor, invoice, key, value_date, actor, at)
    values (@creditor, @invoice, @key, @value_date, @actor, @at)
    returning id
)
insert into journal_leg (entry, account, currency, amount_minor)
select entry.id, leg.account, leg.currency, leg.amount_minor
from entry, unnest(@accounts::text[], @currencies::text[], @amounts::bigint[]) as leg (account, currency, amount_minor)

-- name: LoadJournal
select e.id, e.key, e.value_date, e.actor, e.at, l.account, row(l.amount_minor, l.currency) as amount
from journal_entry e
join journal_leg l on l.entry = e.id
where e.creditor = @creditor and e.invoice = @invoice
order by e.id, l.amount_minor < 0, l.account
