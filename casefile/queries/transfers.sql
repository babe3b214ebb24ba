-- name: InsertTransfer
insert into transfer (creditor, id, debtor, currency, amount_minor, received_on, remittance, actor, at)
values (@creditor, @id, @debtor, @amount_currency, @amount_minor, @received_on, @remittance, @actor, @at)
on conflict (creditor, id) do nothing

-- name: LoadTransfer
select row(amount_minor, currency) as amount from transfer where creditor = @creditor and id = @id

-- name: InsertShares
insert into transfer_share (creditor, transfer, invoice, payment, amount_minor)
select @creditor, @id, invoice, payment, amount_minor
from unnest(@invoices::text[], @payments::text[], @amounts::bigint[]) as share (invoice, payment, amount_minor)

-- name: LoadShares
select s.invoice, s.payment, row(s.amount_minor, t.currency) as amount
from transfer_share s
join transfer t on t.creditor = s.creditor and t.id = s.transfer
where s.creditor = @creditor and s.transfer = @id
order by s.invoice = '', s.invoice

-- name: InvoicesNamed
-- Open invoices that a transfer can be about: named outright, by their creditor
-- reference, by their number in the text, or because their debtor paid.
select i.number, i.debtor, i.creditor_reference, i.payment_reference
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
where i.creditor = @creditor and c.closed_at is null
  and (i.number = any (@numbers::text[]) or i.creditor_reference = any (@references::text[])
       or position(upper(i.number) in @remittance) > 0
       or i.payment_reference <> '' and position(upper(i.payment_reference) in @remittance) > 0)

-- name: OpenInvoicesOfDebtor
select i.number, i.debtor, i.creditor_reference, i.payment_reference
from invoice i
join collection_case c on c.creditor = i.creditor and c.invoice = i.number
where i.creditor = @creditor and i.debtor = @debtor and c.closed_at is null
order by i.due_date, i.number
