-- From here on every entry of the ledger has a line of the history that names it, and
-- one without a line was put in behind the product's back. What was booked before, and
-- had none of its own, gets one now: what an invoice says was prepaid, the proceedings
-- that were known when a case was opened, claims of late fees, what partners remitted.
-- Such a line names no hash: of what came before it proves that the entry was there.

-- +goose Up
insert into history (creditor, invoice, key, kind, actor, summary, at, reason)
select e.creditor, e.invoice, 'entry/' || e.kind || '/' || e.id, 'entry-known', 'relance',
       'the ' || e.kind || ' ' || e.id || ' is in the ledger', e.at, 'the case file was brought up to date: it had no line of its own'
from ledger_entry e
where not exists (
    select from history h
    where h.creditor = e.creditor and h.invoice = e.invoice and h.key = 'entry/' || e.kind || '/' || e.id
)
order by e.creditor, e.invoice, e.recorded_at, e.kind, e.id;

-- +goose Down
select 1; -- the history keeps what was written
