-- The fees of partners stand in the journal: those that were remitted before are booked now,
-- on their own days.

-- +goose Up
-- +goose StatementBegin
do $$
declare
    r record;
    entry bigint;
begin
    for r in
        select h.creditor, h.invoice, m.id, m.currency, m.fees_minor, m.on_date, m.actor, m.at
        from remittance m
        join handoff h on h.reference = m.reference
        where m.fees_minor > 0
          and not exists (select from journal_entry e
                          join journal_leg l on l.entry = e.id
                          where e.creditor = h.creditor and e.invoice = h.invoice and l.account = 'partner-fees'
                            and e.key in ('remittance/' || m.id, 'remittance/' || m.id || '/fees'))
        order by m.at, m.id
    loop
        insert into journal_entry (creditor, invoice, key, value_date, actor, at)
        values (r.creditor, r.invoice, 'remittance/' || r.id || '/fees', r.on_date, r.actor, r.at)
        returning id into entry;
        insert into journal_leg (entry, account, currency, amount_minor)
        values (entry, 'partner-fees', r.currency, r.fees_minor), (entry, 'kept-by-partner', r.currency, -r.fees_minor);
    end loop;
end
$$;
-- +goose StatementEnd

-- +goose Down
-- The journal is append-only: what was booked stays.
select;
