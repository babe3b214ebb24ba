-- name: InsertInvoiceDocument
insert into invoice_document (creditor, invoice, sha256, name, content_type, bytes, actor, at)
values (@creditor, @invoice, @sha256, @name, @content_type, @bytes, @actor, @at)

-- name: LoadInvoiceDocuments
-- The newest first, without their bytes.
select creditor, invoice, name, content_type, sha256, length(bytes) as size, null::bytea as bytes, actor, at
from invoice_document
where creditor = @creditor and invoice = @invoice
order by given desc

-- name: LoadInvoiceDocument
select creditor, invoice, name, content_type, sha256, length(bytes) as size, bytes, actor, at
from invoice_document
where creditor = @creditor and invoice = @invoice
order by given desc
limit 1
