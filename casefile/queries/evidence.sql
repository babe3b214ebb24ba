-- name: ListChains
-- Every case that has lines, or should have: also when its lines or its head are gone,
-- or only an entry of the ledger names it.
select creditor, invoice from history_head
union
select creditor, invoice from history
union
select creditor, invoice from anchored_head
union
select creditor, invoice from collection_case
union
select creditor, invoice from ledger_entry
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
select 'unproven-message', u.message || '/' || u.composition, h.key, u.sha256, encode(sha256(u.bytes), 'hex')
from history h
join unproven_composition u on h.key = 'message/' || u.message || '/composed/' || u.composition
where h.creditor = @creditor and h.invoice = @invoice
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
union all
-- What proves something beside the messages, by its line of the history. A file that a
-- partner was given before there was such a line need only be whole.
select coalesce(line.kind, proof.kind), coalesce(line.key, proof.key), coalesce(line.key, ''), coalesce(proof.sha256, ''), coalesce(encode(sha256(proof.bytes), 'hex'), '')
from (
    select 'handoff-file' as kind, 'handoff/' || h.id || '/file/' || f.attempt as key, f.sha256, f.bytes
    from handoff h
    join handoff_file f on f.reference = h.reference
    where h.creditor = @creditor and h.invoice = @invoice
    union all
    select 'mediation-certificate', 'mediation-certificate/' || c.mediation || '/' || c.sha256, c.sha256, c.bytes
    from mediation_certificate c
    where c.creditor = @creditor and c.invoice = @invoice
    union all
    select 'dispute-document', 'dispute-document/' || d.dispute || '/' || d.sha256, d.sha256, d.bytes
    from dispute_document d
    where d.creditor = @creditor and d.invoice = @invoice
) proof
full join (
    select h.kind, h.key
    from history h
    where h.creditor = @creditor and h.invoice = @invoice and h.kind in ('handoff-file', 'mediation-certificate', 'dispute-document')
) line on line.kind = proof.kind and line.key = proof.key
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

-- name: ListOriginals
-- What was given, sent and received about a case, the oldest first, without the bytes.
-- A message that has not left is no document, nor is a letter that was not posted. One
-- that may have left in other words before is one more.
select 'invoice' as kind, d.sha256 as id, d.name, d.content_type, d.sha256, length(d.bytes)::bigint as size, d.at, d.actor, '' as channel, true as kept
from invoice_document d
where d.creditor = @creditor and d.invoice = @invoice
union all
select 'message', m.id::text, '', m.content_type, m.sha256, length(content.bytes)::bigint, coalesce(m.settled_at, m.business_at), 'relance', m.channel, true
from message m
join message_content content on content.message = m.id
left join letter l on l.message = m.id
where m.id in (select n.message from message_notice n where n.creditor = @creditor and n.invoice = @invoice)
  and m.state in ('sending', 'accepted', 'delivered', 'bounced', 'failed')
  and (l.message is null or l.posted_on is not null)
union all
select 'unproven-message', u.message || '/' || u.composition, u.recipient, u.content_type, u.sha256, length(u.bytes)::bigint, u.business_at, 'relance', m.channel, true
from history h
join unproven_composition u on h.key = 'message/' || u.message || '/composed/' || u.composition
join message m on m.id = u.message
where h.creditor = @creditor and h.invoice = @invoice and u.sha256 <> m.sha256
union all
select 'scan', s.sha256, l.number, s.content_type, s.sha256, length(s.bytes)::bigint, s.at, s.actor, '', true
from letter_scan s
join letter l on l.message = s.message
where s.message in (select n.message from message_notice n where n.creditor = @creditor and n.invoice = @invoice)
union all
select 'answer', a.id::text, a.subject, case when a.channel = 'email' then 'message/rfc822' else 'text/plain' end, a.raw_sha256, a.raw_size, a.received_at, a.sender, a.channel,
       a.raw is not null
from inbound_message a
where a.kind = 'answer' and a.state <> 'ignored'
  and a.id in (select c.inbound from inbound_case c where c.creditor = @creditor and c.invoice = @invoice)
order by at, kind, id

-- name: LoadOriginal
select bytes from invoice_document where @kind = 'invoice' and creditor = @creditor and invoice = @invoice and sha256 = @id
union all
select content.bytes from message_content content where @kind = 'message' and content.message::text = @id
union all
select u.bytes from unproven_composition u where @kind = 'unproven-message' and u.message || '/' || u.composition = @id
union all
select s.bytes from letter_scan s
where @kind = 'scan' and s.sha256 = @id and s.message in (select n.message from message_notice n where n.creditor = @creditor and n.invoice = @invoice)
union all
select a.raw from inbound_message a where @kind = 'answer' and a.id::text = @id and a.raw is not null
limit 1

-- name: LoadLettersOfCase
select l.number, l.message::text as message, l.kind, l.state, l.posted_on, l.posting_number, l.presented_on, l.ended_on
from letter l
where l.message in (select n.message from message_notice n where n.creditor = @creditor and n.invoice = @invoice)
order by l.number

-- name: LoadAnswersOfCase
select a.id::text as id, a.channel, a.sender, a.subject, left(a.text, 20000) as text, a.received_at
from inbound_message a
where a.kind = 'answer' and a.id in (select c.inbound from inbound_case c where c.creditor = @creditor and c.invoice = @invoice)
order by a.received_at, a.id

-- name: LatestAnchorOf
-- The anchor that covers most of the history of a case.
select a.day, a.root, h.lines
from anchored_head h
join evidence_anchor a on a.day = h.day
where h.creditor = @creditor and h.invoice = @invoice
order by h.lines desc
limit 1
