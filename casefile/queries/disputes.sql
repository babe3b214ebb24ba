-- name: LoadDisputes
select id, reason, row(amount_minor, currency) as amount, whole_claim, raised_by, owner, raised_on, respond_by, escalate_on, escalated, rest_from,
       row(credit_before_minor, currency) as credit_before, outcome, resolved_on, row(accepted_minor, currency) as accepted,
       row(awaited_minor, currency) as awaited, row(credited_minor, currency) as credited, ended_on
from dispute
where creditor = @creditor and invoice = @invoice
order by ordinal

-- name: LoadDisputesOfClaims
select d.invoice, d.id, d.reason, row(d.amount_minor, d.currency) as amount, d.whole_claim, d.raised_by, d.owner, d.raised_on, d.respond_by, d.escalate_on,
       d.escalated, d.rest_from, row(d.credit_before_minor, d.currency) as credit_before, d.outcome, d.resolved_on,
       row(d.accepted_minor, d.currency) as accepted, row(d.awaited_minor, d.currency) as awaited, row(d.credited_minor, d.currency) as credited, d.ended_on
from dispute d
join invoice i on i.creditor = d.creditor and i.number = d.invoice
where d.creditor = @creditor and i.debtor = @debtor and (@invoice = '' or d.invoice = @invoice)
order by d.invoice, d.ordinal

-- name: UpsertDispute
insert into dispute (creditor, invoice, id, ordinal, reason, currency, amount_minor, whole_claim, raised_by, owner, raised_on, respond_by,
    escalate_on, escalated, rest_from, credit_before_minor, outcome, resolved_on, accepted_minor, awaited_minor, credited_minor, ended_on)
values (@creditor, @invoice, @id, @ordinal, @reason, @amount_currency, @amount_minor, @whole_claim, @raised_by, @owner, @raised_on, @respond_by,
    @escalate_on, @escalated, @rest_from, @credit_before_minor, @outcome, @resolved_on, @accepted_minor, @awaited_minor, @credited_minor, @ended_on)
on conflict (creditor, invoice, id) do update
set owner = excluded.owner, escalated = excluded.escalated, rest_from = excluded.rest_from, outcome = excluded.outcome,
    resolved_on = excluded.resolved_on, accepted_minor = excluded.accepted_minor, awaited_minor = excluded.awaited_minor,
    credited_minor = excluded.credited_minor, ended_on = excluded.ended_on

-- name: FinishDisputeTasks
-- The answer to a dispute is the answer to the tasks about it.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and invoice = @invoice and key = any (@keys::text[]) and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, @note, @at
from finished

-- name: ReassignDisputeTasks
update task set detail = @detail, owner = coalesce(nullif(@owner, ''), owner) where creditor = @creditor and invoice = @invoice and key = @key and state = 'open'

-- name: ListDisputes
select d.invoice, i.debtor, owes.name as debtor_name, row(c.open_minor, c.currency) as case_open,
       d.id, d.reason, row(d.amount_minor, d.currency) as amount, d.whole_claim, d.raised_by, d.owner, d.raised_on, d.respond_by, d.escalate_on, d.escalated,
       d.rest_from, row(d.credit_before_minor, d.currency) as credit_before, d.outcome, d.resolved_on, row(d.accepted_minor, d.currency) as accepted,
       row(d.awaited_minor, d.currency) as awaited, row(d.credited_minor, d.currency) as credited, d.ended_on
from dispute d
join collection_case c on c.creditor = d.creditor and c.invoice = d.invoice
join invoice i on i.creditor = d.creditor and i.number = d.invoice
join debtor owes on owes.creditor = i.creditor and owes.id = i.debtor
where d.creditor = @creditor
  and (@owner = '' or d.owner = @owner)
  and (@reason = '' or d.reason = @reason)
  and (not @open_only::boolean or d.outcome = '' and c.closed_at is null)
order by d.respond_by, d.invoice, d.ordinal
limit @limit

-- name: CountDisputes
-- By root cause and currency, those raised in a period: how many, how much, how they
-- were answered, and how many days that took; the median is half-way for an even count.
select d.reason, d.currency, count(*)::int as disputes, row(sum(d.amount_minor)::bigint, d.currency) as amount,
       count(*) filter (where d.outcome = '' and c.closed_at is null)::int as open,
       count(*) filter (where d.outcome = '' and c.closed_at is not null)::int as closed_with_case,
       count(*) filter (where d.outcome = 'credit-note')::int as credited,
       count(*) filter (where d.outcome = 'split')::int as split,
       count(*) filter (where d.outcome = 'rejected')::int as rejected,
       count(*) filter (where d.outcome = 'withdrawn')::int as withdrawn,
       row(sum(d.accepted_minor)::bigint, d.currency) as given_up,
       coalesce((percentile_cont(0.5) within group (order by d.resolved_on - d.raised_on) filter (where d.outcome <> '') * 2)::int, 0) as half_days_to_resolve
from dispute d
join collection_case c on c.creditor = d.creditor and c.invoice = d.invoice
where d.creditor = @creditor
  and (@from::date is null or d.raised_on >= @from)
  and (@until::date is null or d.raised_on <= @until)
group by d.reason, d.currency
order by disputes desc, d.reason, d.currency

-- name: InsertDisputeNote
insert into dispute_note (creditor, invoice, dispute, key, text, by, at)
values (@creditor, @invoice, @dispute, @key, @text, @by, @at)
on conflict (creditor, invoice, dispute, key) do nothing

-- name: LoadDisputeNotes
select dispute, key, text, by, at from dispute_note
where creditor = @creditor and invoice = @invoice
order by recorded_at, key

-- name: InsertDisputeDocument
insert into dispute_document (creditor, invoice, dispute, ordinal, name, detected, size, sha256, bytes, by, at)
values (@creditor, @invoice, @dispute, @ordinal, @name, @detected, @size, @sha256, @bytes, @by, @at)

-- name: LoadDisputeDocuments
select dispute, ordinal, name, detected, size, sha256, null::bytea as bytes, by, at
from dispute_document
where creditor = @creditor and invoice = @invoice
order by dispute, ordinal

-- name: LoadDisputeDocument
select dispute, ordinal, name, detected, size, sha256, bytes, by, at
from dispute_document
where creditor = @creditor and invoice = @invoice and dispute = @dispute and ordinal = @ordinal
