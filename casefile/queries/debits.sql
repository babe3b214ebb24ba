-- name: InsertMandate
insert into mandate (creditor, id, debtor, scheme, signed_on, holder, street, postcode, town, country, iban, bic, actor, at)
values (@creditor, @id, @debtor, @scheme, @signed_on, @name, @street, @postcode, @town, @country, @iban, @bic, @actor, @at)
on conflict (creditor, id) do nothing

-- name: LoadMandate
select m.creditor, m.id, m.debtor, m.scheme, m.signed_on, m.holder as name, m.street, m.postcode, m.town, m.country, m.iban, m.bic, m.revoked_on,
       (select max(on_date) from direct_debit d where d.creditor = m.creditor and d.mandate = m.id) as last_used_on
from mandate m
where m.creditor = @creditor and m.id = @id

-- name: RevokeMandate
update mandate set revoked_on = @on where creditor = @creditor and id = @id and revoked_on is null

-- name: InsertDebitFile
insert into debit_file (creditor, id, sha256, bytes, actor, at)
values (@creditor, @id, @sha256, @bytes, @actor, @at)

-- name: InsertDirectDebit
insert into direct_debit (creditor, end_to_end, file, mandate, plan, instalment, on_date, amount_minor)
values (@creditor, @end_to_end, @file, @mandate, @plan, @instalment, @on, @amount_minor)

-- name: LoadDirectDebit
select end_to_end, file, mandate, plan, instalment, on_date as "on" from direct_debit where creditor = @creditor and end_to_end = @end_to_end

-- name: LockDebitFiles
-- One file of a creditor is written at a time.
select pg_advisory_xact_lock(hashtextextended('debit-file/' || @creditor, 0))

-- name: LoadMandates
select m.creditor, m.id, m.debtor, m.scheme, m.signed_on, m.holder as name, m.street, m.postcode, m.town, m.country, m.iban, m.bic, m.revoked_on,
       (select max(on_date) from direct_debit d where d.creditor = m.creditor and d.mandate = m.id) as last_used_on
from mandate m
where (@creditor = '' or m.creditor = @creditor) and (@debtor = '' or m.debtor = @debtor)
order by m.signed_on desc, m.creditor, m.id
limit @limit

-- name: LoadDebitFiles
-- Without their bytes unless one is asked for.
select creditor, id, sha256, case when @id = '' then null else bytes end as bytes, actor, at
from debit_file
where (@creditor = '' or creditor = @creditor) and (@id = '' or id = @id)
order by at desc, creditor, id
limit @limit

-- name: LoadFiledDebits
select d.creditor, d.file, d.end_to_end, d.plan, d.instalment, d.on_date as "on", d.mandate, row(d.amount_minor, 'EUR') as amount
from direct_debit d
where (d.creditor, d.file) in (select * from unnest(@creditors::text[], @files::text[]))
order by d.on_date, d.end_to_end
