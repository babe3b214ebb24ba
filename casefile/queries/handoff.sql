-- name: SavePartner
insert into partner (id, kind, name, delivery, fees, configured)
values (@id, @kind, @name, @delivery, @fees, true)
on conflict (id) do update
set kind = excluded.kind, name = excluded.name, delivery = excluded.delivery, fees = excluded.fees, configured = true, updated_at = now()

-- name: RetirePartners
update partner set configured = false where not id = any (@ids::text[])

-- name: LoadPartners
select id, kind, name, delivery, fees from partner where configured order by id

-- name: InsertHandoff
insert into handoff (creditor, invoice, id, reference, partner, route, despite, proposed_by, proposed_at)
values (@creditor, @invoice, @id, @reference, @partner, @route, @despite, @actor, @at)
on conflict (creditor, invoice, id) do nothing

-- name: LoadHandoffRows
select h.creditor, h.invoice, h.id, h.reference::text, h.partner, p.name as partner_name, h.route, h.despite, h.proposed_by, h.proposed_at,
       h.delivery, h.attempt, h.partner_case, h.reason, h.recalled_at
from handoff h
join partner p on p.id = h.partner
where h.creditor = @creditor and h.invoice = @invoice
order by h.proposed_at, h.id

-- name: LoadHandoffOfReference
select h.creditor, h.invoice, h.id, h.reference::text, h.partner, p.name as partner_name, h.route, h.despite, h.proposed_by, h.proposed_at,
       h.delivery, h.attempt, h.partner_case, h.reason, h.recalled_at
from handoff h
join partner p on p.id = h.partner
where h.reference = nullif(@reference, '')::uuid

-- name: UpdateHandoffDelivery
update handoff
set delivery = @delivery, attempt = @attempt, partner_case = case when @partner_case = '' then partner_case else @partner_case end, reason = @reason
where creditor = @creditor and invoice = @invoice and id = @id

-- name: MarkHandoffRecalled
update handoff set recalled_at = coalesce(recalled_at, @at), reason = @reason
where creditor = @creditor and invoice = @invoice and id = @id

-- name: InsertHandoffFile
insert into handoff_file (reference, attempt, name, content_type, sha256, bytes, built_at)
values (@reference, @attempt, @name, @content_type, @sha256, @bytes, @at)
on conflict (reference, attempt) do nothing

-- name: LoadHandoffFile
-- The one of an attempt; without one (-1) the last.
select attempt, name, content_type, sha256, bytes, built_at,
       (select count(*) from handoff_file other where other.reference = nullif(@reference, '')::uuid)::int as files
from handoff_file
where reference = nullif(@reference, '')::uuid and (@attempt = -1 or attempt = @attempt)
order by attempt desc
limit 1

-- name: InsertPartnerStatus
insert into partner_status (reference, event, status, on_date, actor, at)
values (@reference, @event, @status, @on, @actor, @at)
on conflict (reference, event) do nothing

-- name: LoadPartnerStatuses
select h.id as handoff, s.event, s.status, s.on_date as "on", s.actor, s.at
from handoff h
join partner_status s on s.reference = h.reference
where h.creditor = @creditor and h.invoice = @invoice
order by s.recorded_at, s.event

-- name: InsertRemittance
insert into remittance (creditor, id, reference, currency, gross_minor, fees_minor, net_minor, on_date, actor, at)
values (@creditor, @remittance, @reference, @currency, @gross_minor, @fees_minor, @net_minor, @on, @actor, @at)

-- name: LoadRemittance
select h.id as handoff, h.invoice, r.id, row(r.gross_minor, r.currency) as gross, row(r.fees_minor, r.currency) as fees, row(r.net_minor, r.currency) as net,
       r.on_date as "on", r.actor, r.at
from remittance r
join handoff h on h.reference = r.reference
where r.creditor = @creditor and r.id = @remittance

-- name: LoadRemittances
select h.id as handoff, h.invoice, r.id, row(r.gross_minor, r.currency) as gross, row(r.fees_minor, r.currency) as fees, row(r.net_minor, r.currency) as net,
       r.on_date as "on", r.actor, r.at
from handoff h
join remittance r on r.reference = h.reference
where h.creditor = @creditor and h.invoice = @invoice
order by r.on_date, r.id
