-- name: InsertHistory
insert into history (creditor, invoice, key, kind, actor, summary, at, reason, strategy, strategy_version, law, template, template_version, sha256)
values (@creditor, @invoice, @key, @kind, @actor, @summary, @at, @reason, @strategy, @strategy_version, @law, @template, @template_version, @sha256)

-- name: InsertHistoryUnlessKnown
insert into history (creditor, invoice, key, kind, actor, summary, at, reason, strategy, strategy_version, law, template, template_version, sha256)
values (@creditor, @invoice, @key, @kind, @actor, @summary, @at, @reason, @strategy, @strategy_version, @law, @template, @template_version, @sha256)
on conflict (creditor, invoice, key) do nothing

-- name: HistoryHas
select count(*) > 0 as known from history where creditor = @creditor and invoice = @invoice and key = @key

-- name: LoadHistory
select id, line, creditor, invoice, key, kind, actor, summary, reason, strategy, strategy_version, law, template, template_version, sha256,
       at, recorded_at, encode(hash, 'hex') as hash
from history
where creditor = @creditor and invoice = @invoice
order by line, id
