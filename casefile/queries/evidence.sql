-- name: ListChains
-- Every case that has lines, or should have: also when its lines or its head are gone.
select creditor, invoice from history_head
union
select creditor, invoice from history
union
select creditor, invoice from anchored_head
union
select creditor, invoice from collection_case
order by creditor, invoice

-- name: LoadChain
select line, creditor, invoice, key, kind, actor, summary, reason, strategy, strategy_version, law, template, template_version, sha256,
       at, recorded_at, encode(hash, 'hex') as hash
from history
where creditor = @creditor and invoice = @invoice
order by line, id

-- name: LoadHeads
select lines, encode(hash, 'hex') as hash from history_head where creditor = @creditor and invoice = @invoice

-- name: LoadAnchorsOfCases
select day, lines, encode(hash, 'hex') as hash
from anchored_head
where creditor = @creditor and invoice = @invoice
order by lines

-- name: LoadBindings
-- The bytes of a case as they are, by the line of the history that names their hash.
-- A message that was composed for the case and carries none of its notices any more
-- need only be there.
select 'message' as kind, known.id::text as name,
       case when carries then 'message/' || m.id || '/composed/' || m.compositions else '' end as key,
       coalesce(m.sha256, '') as recorded, coalesce(encode(sha256(content.bytes), 'hex'), '') as counted
from (
    select id, bool_or(carries) as carries
    from (
        select n.message as id, true as carries from message_notice n where n.creditor = @creditor and n.invoice = @invoice
        union all
        select split_part(h.key, '/', 2)::uuid, false
        from history h
        where h.creditor = @creditor and h.invoice = @invoice and h.key ~ '^message/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/composed/'
    ) every_message
    group by id
) known
left join message m on m.id = known.id
left join message_content content on content.message = known.id
union all
select 'document', d.name, '', d.sha256, encode(sha256(d.bytes), 'hex')
from invoice_document d
where d.creditor = @creditor and d.invoice = @invoice
union all
select 'scan', l.number, 'letter/' || l.number || '/scan/' || s.sha256, s.sha256, encode(sha256(s.bytes), 'hex')
from letter_scan s
join letter l on l.message = s.message
where s.message in (select n.message from message_notice n where n.creditor = @creditor and n.invoice = @invoice)
union all
select 'answer', a.id::text, '', a.raw_sha256, encode(sha256(a.raw), 'hex')
from inbound_message a
where a.raw is not null and length(a.raw) = a.raw_size
  and a.id in (select c.inbound from inbound_case c where c.creditor = @creditor and c.invoice = @invoice)
order by kind, name

-- name: LockAnchors
select pg_advisory_xact_lock(hashtext('relance evidence anchors'))

-- name: LoadAnchor
select day, cases, lines, previous, root, actor, recorded_at from evidence_anchor where day = @day

-- name: LastAnchor
select day, cases, lines, previous, root, actor, recorded_at from evidence_anchor order by day desc limit 1

-- name: ListAnchors
select day, cases, lines, previous, root, actor, recorded_at from evidence_anchor order by day

-- name: HeadsThatMoved
select h.creditor, h.invoice, h.lines, encode(h.hash, 'hex') as hash
from history_head h
where not exists (select from anchored_head a where a.creditor = h.creditor and a.invoice = h.invoice and a.lines = h.lines)
order by h.creditor collate "C", h.invoice collate "C"

-- name: InsertAnchor
insert into evidence_anchor (day, cases, lines, previous, root, actor)
values (@day, @cases, @lines, @previous, @root, @actor)

-- name: InsertAnchoredHead
insert into anchored_head (creditor, invoice, lines, hash, day)
select * , @day::date
from unnest(@creditors::text[], @invoices::text[], @counts::int[], @hashes::bytea[])

-- name: LoadAnchoredHeads
select creditor, invoice, lines, encode(hash, 'hex') as hash
from anchored_head
where day = @day
order by creditor collate "C", invoice collate "C"
