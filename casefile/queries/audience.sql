-- name: LoadPaymentBehaviour
-- The fifty other invoices of the debtor that fell due last, and the date of its
-- first one. An invoice was paid when its last payment came.
with first as (
    select coalesce(i.issue_date, i.due_date) as day
    from invoice i
    where i.creditor = @creditor and i.number <> @invoice
      and i.debtor = (select o.debtor from invoice o where o.creditor = @creditor and o.number = @invoice)
    order by i.due_date
    limit 1
), past as (
    select i.creditor, i.number, i.due_date
    from invoice i
    where i.creditor = @creditor and i.number <> @invoice
      and i.debtor = (select o.debtor from invoice o where o.creditor = @creditor and o.number = @invoice)
      and i.due_date <= @today
    order by i.due_date desc
    limit 50
), told as materialized (
    select c.stage, c.closed_at is null as is_open, p.due_date,
           (select max(e.value_date) from ledger_entry e
            where e.creditor = p.creditor and e.invoice = p.number and e.kind = 'payment') as paid_on
    from past p
    join collection_case c on c.creditor = p.creditor and c.invoice = p.number
)
select count(*) filter (where stage = 'paid') as paid,
       count(*) filter (where stage = 'paid' and paid_on > due_date) as paid_late,
       coalesce(sum(paid_on - due_date) filter (where stage = 'paid' and paid_on > due_date), 0) as days_late,
       count(*) filter (where is_open and due_date + 30 < @today) as long_overdue,
       (select day from first) as first_invoice
from told

-- name: SaveMessageText
insert into message_text (message, key, language, channel, audience, reader, why, origin, file, version)
values (@id, @text_key, @text_language, @text_channel, @text_audience, @text_reader, @text_why, @text_origin, @text_file, @text_version)
on conflict (message) do update
set key = excluded.key, language = excluded.language, channel = excluded.channel, audience = excluded.audience,
    reader = excluded.reader, why = excluded.why, origin = excluded.origin, file = excluded.file, version = excluded.version

-- name: LoadMessageTexts
select t.message, t.key, t.language, t.channel, t.audience, t.reader, t.why, t.origin, t.file, t.version
from message_text t
join message m on m.id = t.message
where m.creditor = @creditor and m.invoice = @invoice
