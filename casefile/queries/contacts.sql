-- name: InsertManualContact
insert into manual_contact (creditor, debtor, invoice, key, channel, outcome, task, due_on, promised_minor, promised_currency, at, by, note)
values (@creditor, @debtor, nullif(@invoice, ''), @key, @channel, @outcome, nullif(@task::bigint, 0), @on, @promised_minor, @promised_currency, @at, @by, @note)

-- name: LoadManualContact
select contact.creditor, contact.debtor, coalesce(contact.invoice, '') as invoice, key, channel, outcome, coalesce(task, 0) as task, contact.due_on as "on",
       row(promised_minor, promised_currency) as promised, at, by, note, contact.recorded_at
from manual_contact contact
join invoice i on i.creditor = contact.creditor and i.debtor = contact.debtor
where i.creditor = @creditor and i.number = @invoice and key = @key

-- name: LoadManualContacts
-- Those about the invoice, and those about no invoice in particular.
select contact.creditor, contact.debtor, coalesce(contact.invoice, '') as invoice, key, channel, outcome, coalesce(task, 0) as task, contact.due_on as "on",
       row(promised_minor, promised_currency) as promised, at, by, note, contact.recorded_at
from manual_contact contact
join invoice i on i.creditor = contact.creditor and i.debtor = contact.debtor
where i.creditor = @creditor and i.number = @invoice and (contact.invoice is null or contact.invoice = i.number)
order by at, key

-- name: LoadManualContactsOfDebtor
select creditor, debtor, coalesce(invoice, '') as invoice, key, channel, outcome, coalesce(task, 0) as task, due_on as "on",
       row(promised_minor, promised_currency) as promised, at, by, note, recorded_at
from manual_contact
where creditor = @creditor and debtor = @debtor and at >= @since
order by at, key

-- name: PutOffTask
update task set due_on = @due_on where id = @id and state = 'open'
