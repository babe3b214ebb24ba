-- name: SaveCreditor
insert into creditor (
    id, name, legal_mentions, line1, line2, postcode, city, country, siren, vat_id, iban, bic, email, phone, website,
    language, zone, signatory_name, signatory_title, consumer_mediator, sender_email, sender_name, reply_to, sms_sender, whatsapp, late_fees, contact_policy, mediators, arrangements, sepa_identifier, terms)
values (
    @id, @name, @legal_mentions, @line1, @line2, @postcode, @city, @country, @siren, @vat_id, @iban, @bic, @email, @phone, @website,
    @language, @zone, @signatory_name, @signatory_title, @consumer_mediator, @sender_email, @sender_name, @reply_to, @sms_sender, @whats_app, @late_fees, @contact_policy, @mediators, @arrangements, @sepa_identifier, @terms)
on conflict (id) do update
set name = excluded.name, legal_mentions = excluded.legal_mentions, line1 = excluded.line1, line2 = excluded.line2,
    postcode = excluded.postcode, city = excluded.city, country = excluded.country, siren = excluded.siren,
    vat_id = excluded.vat_id, iban = excluded.iban, bic = excluded.bic, email = excluded.email, phone = excluded.phone,
    website = excluded.website, language = excluded.language, zone = excluded.zone,
    signatory_name = excluded.signatory_name, signatory_title = excluded.signatory_title,
    consumer_mediator = excluded.consumer_mediator,
    sender_email = excluded.sender_email, sender_name = excluded.sender_name, reply_to = excluded.reply_to,
    sms_sender = excluded.sms_sender, whatsapp = excluded.whatsapp, late_fees = excluded.late_fees, contact_policy = excluded.contact_policy, mediators = excluded.mediators,
    arrangements = excluded.arrangements, sepa_identifier = excluded.sepa_identifier, terms = excluded.terms

-- name: LoadCreditor
select id, name, legal_mentions, line1, line2, postcode, city, country, siren, vat_id, iban, bic, email, phone, website,
       language, zone, signatory_name, signatory_title, consumer_mediator, sender_email, sender_name, reply_to, sms_sender, whatsapp as whats_app, late_fees, contact_policy, mediators, arrangements, sepa_identifier, terms
from creditor
where id = @creditor

-- name: CorrectDebtor
-- Where another law holds for it, or other days and hours, its cases are told as of its standing.
update debtor
set name = @name, kind = @kind, language = @language, siren = @siren, siret = @siret, vat_id = @vat_id,
    line1 = @line1, line2 = @line2, postcode = @postcode, city = @city, country = @country, zone = @zone,
    standing_revision = standing_revision + case when @to_tell::boolean then 1 else 0 end
where creditor = @creditor and id = @id

-- name: AddDebtor
insert into debtor (creditor, id, name, kind, language, zone, siren, siret, vat_id, line1, line2, postcode, city, country, parent, bill_to)
values (@creditor, @id, @name, @kind, @language, @zone, @siren, @siret, @vat_id, @line1, @line2, @postcode, @city, @country, @parent, @bill_to)
on conflict (creditor, id) do nothing

-- name: FillDebtor
-- A debtor that is known keeps its facts, which a person may have corrected; only
-- blanks are filled, the address as a whole. Where there are none the row is not
-- locked: the cases of a debtor may be opened side by side.
update debtor as known
set name = case when known.name = '' then @name else known.name end,
    kind = case when known.kind = 'unknown' then @kind else known.kind end,
    language = case when known.language = '' then @language else known.language end,
    zone = case when known.zone = '' then @zone else known.zone end,
    siren = case when known.siren = '' then @siren else known.siren end,
    siret = case when known.siret = '' then @siret else known.siret end,
    vat_id = case when known.vat_id = '' then @vat_id else known.vat_id end,
    line1 = case when known.line1 = '' and known.city = '' then @line1 else known.line1 end,
    line2 = case when known.line1 = '' and known.city = '' then @line2 else known.line2 end,
    postcode = case when known.line1 = '' and known.city = '' then @postcode else known.postcode end,
    city = case when known.line1 = '' and known.city = '' then @city else known.city end,
    country = case when known.country = '' then @country else known.country end,
    parent = case when known.parent = '' then @parent else known.parent end,
    bill_to = case when known.parent = '' then @bill_to else known.bill_to end
where known.creditor = @creditor and known.id = @id
  and (known.name = '' and @name <> ''
    or known.kind = 'unknown' and @kind <> 'unknown'
    or known.language = '' and @language <> ''
    or known.zone = '' and @zone <> ''
    or known.siren = '' and @siren <> ''
    or known.siret = '' and @siret <> ''
    or known.vat_id = '' and @vat_id <> ''
    or known.line1 = '' and known.city = '' and (@line1 <> '' or @city <> '')
    or known.country = '' and @country <> ''
    or known.parent = '' and @parent <> '')

-- name: LoadDebtor
select d.creditor, d.id, d.name, d.kind, d.language, d.zone, d.siren, d.siret, d.vat_id,
       d.line1, d.line2, d.postcode, d.city, d.country, d.parent, d.bill_to, d.audience
from debtor d
join invoice i on i.creditor = d.creditor and i.debtor = d.id
where i.creditor = @creditor and i.number = @invoice

-- name: LoadDebtorOfID
select creditor, id, name, kind, language, zone, siren, siret, vat_id, line1, line2, postcode, city, country, parent, bill_to, audience
from debtor
where creditor = @creditor and id = @debtor

-- name: AddContact
-- The one an import names first is preferred, unless a person preferred another.
insert into contact (creditor, debtor, name, role, email, phone, language, preferred, scope)
values (@creditor, @debtor, @name, @role, @email, @phone, @language,
        @preferred and not exists (select from contact where creditor = @creditor and debtor = @debtor and role = @role and preferred), @scope)
on conflict (creditor, debtor, email, phone) do nothing

-- name: SaveContact
insert into contact (creditor, debtor, name, role, email, phone, language, preferred, channels, preferred_channel, scope, valid_from, valid_until)
values (@creditor, @debtor, @name, @role, @email, @phone, @language, @preferred, coalesce(@channels::text[], '{}'), @preferred_channel, @scope, @valid_from, @valid_until)
on conflict (creditor, debtor, email, phone) do update
set name = excluded.name, role = excluded.role, language = excluded.language, preferred = excluded.preferred, channels = excluded.channels,
    preferred_channel = excluded.preferred_channel, scope = excluded.scope, valid_from = excluded.valid_from, valid_until = excluded.valid_until
returning id

-- name: CorrectContact
-- An address that is corrected is another: that nothing arrived at the old one
-- does not count any more.
update contact
set name = @name, role = @role, email = @email, phone = @phone, language = @language, preferred = @preferred, channels = coalesce(@channels::text[], '{}'),
    preferred_channel = @preferred_channel, scope = @scope, valid_from = @valid_from, valid_until = @valid_until,
    email_invalid_at  = case when lower(email) = lower(@email) then @email_invalid_at::timestamptz end,
    email_invalid_why = case when lower(email) = lower(@email) then @email_invalid_why else '' end,
    phone_invalid_at  = case when phone = @phone then @phone_invalid_at::timestamptz end,
    phone_invalid_why = case when phone = @phone then @phone_invalid_why else '' end,
    whatsapp_invalid_at  = case when phone = @phone then @whats_app_invalid_at::timestamptz end,
    whatsapp_invalid_why = case when phone = @phone then @whats_app_invalid_why else '' end
where id = @id and creditor = @creditor and debtor = @debtor
returning id

-- name: LoadContacts
select c.id, c.creditor, c.debtor, c.name, c.role, c.email, c.phone, c.language, c.preferred, nullif(c.channels, '{}') as channels, c.preferred_channel, c.scope,
       c.valid_from, c.valid_until, c.email_invalid_at, c.email_invalid_why, c.phone_invalid_at, c.phone_invalid_why,
       c.whatsapp_invalid_at, c.whatsapp_invalid_why
from contact c
join invoice i on i.creditor = c.creditor and i.debtor = c.debtor
where i.creditor = @creditor and i.number = @invoice
order by c.id

-- name: InsertInvoice
insert into invoice (
    creditor, number, debtor, issue_date, due_date, due_date_source, completed_on, currency, total_minor, prepaid_minor,
    reference, payment_reference, source_format, source_file, source_sha256, creditor_reference)
values (
    @creditor, @number, @debtor, @issue_date, @due_date, @due_date_source, @completed_on, @total_currency, @total_minor, @prepaid_minor,
    @reference, @payment_reference, @source_format, @source_file, @source_sha256, @creditor_reference)

-- name: LoadInvoice
select creditor, number, debtor, issue_date, due_date, due_date_source, completed_on,
       row(total_minor, currency) as total, row(prepaid_minor, currency) as prepaid,
       reference, payment_reference, source_format, source_file, source_sha256
from invoice
where creditor = @creditor and number = @invoice
