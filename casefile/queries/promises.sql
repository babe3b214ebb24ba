-- name: LoadPromises
select id, made_on, promised_for as date, until_on as until, row(amount_minor, currency) as amount, whole_claim, source,
       row(open_minor, currency) as open, row(before_minor, currency) as before, counted,
       outcome, ended_on, row(came_minor, currency) as came, go_on_at
from promise
where creditor = @creditor and invoice = @invoice
order by ordinal

-- name: UpsertPromise
insert into promise (creditor, invoice, id, ordinal, made_on, promised_for, until_on, currency, amount_minor, whole_claim, source,
    open_minor, before_minor, counted, outcome, ended_on, came_minor, go_on_at)
values (@creditor, @invoice, @id, @ordinal, @made_on, @date, @until, @amount_currency, @amount_minor, @whole_claim, @source,
    @open_minor, @before_minor, @counted, @outcome, @ended_on, @came_minor, @go_on_at)
on conflict (creditor, invoice, id) do update
set outcome = excluded.outcome, ended_on = excluded.ended_on, came_minor = excluded.came_minor, go_on_at = excluded.go_on_at

-- name: CountPromisesOfDebtor
select count(*)::int as promises,
       count(*) filter (where p.outcome = '')::int as running,
       count(*) filter (where p.outcome = 'kept')::int as kept,
       count(*) filter (where p.outcome = 'kept-in-part')::int as kept_in_part,
       count(*) filter (where p.outcome = 'broken')::int as broken,
       count(*) filter (where p.outcome in ('withdrawn', 'replaced', 'overtaken'))::int as not_counted
from promise p
join invoice i on i.creditor = p.creditor and i.number = p.invoice
where p.creditor = @creditor and i.debtor = @debtor

-- name: LoadPromisesOfDebtor
select p.invoice, p.id, p.made_on, p.promised_for as date, p.until_on as until, row(p.amount_minor, p.currency) as amount, p.whole_claim, p.source,
       row(p.open_minor, p.currency) as open, row(p.before_minor, p.currency) as before, p.counted,
       p.outcome, p.ended_on, row(p.came_minor, p.currency) as came, p.go_on_at
from promise p
join invoice i on i.creditor = p.creditor and i.number = p.invoice
where p.creditor = @creditor and i.debtor = @debtor
order by p.made_on desc, p.invoice, p.ordinal desc
limit @limit
