-- name: LoadMediations
select id, kind, mediator, asked_by, step, proposed, respond_by, accepted, in_writing, end_by, sessions, suspends, ended, outcome,
       certificate, agreement, invitation, asked
from mediation
where creditor = @creditor and invoice = @invoice
order by ordinal

-- name: UpsertMediation
insert into mediation (creditor, invoice, id, ordinal, kind, mediator, asked_by, step, proposed, respond_by, accepted, in_writing, end_by,
    sessions, suspends, ended, outcome, certificate, agreement, invitation, asked)
values (@creditor, @invoice, @id, @ordinal, @kind, @mediator, @asked_by, @step, @proposed, @respond_by, @accepted, @in_writing, @end_by,
    @sessions, @suspends, @ended, @outcome, @certificate, @agreement, @invitation, @asked)
on conflict (creditor, invoice, id) do update
set respond_by = excluded.respond_by, invitation = excluded.invitation, accepted = excluded.accepted, in_writing = excluded.in_writing, end_by = excluded.end_by, sessions = excluded.sessions,
    suspends = excluded.suspends, ended = excluded.ended, outcome = excluded.outcome, certificate = excluded.certificate,
    agreement = excluded.agreement, asked = excluded.asked

-- name: FinishTasksOfKinds
-- What the tasks of a case asked for is answered, whatever step asked for them.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and invoice = @invoice and kind = any (@kinds::text[]) and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, @note, @at
from finished

-- name: InsertMediationCertificate
insert into mediation_certificate (creditor, invoice, mediation, sha256, content_type, bytes, actor, at)
values (@creditor, @invoice, @mediation, @sha256, @content_type, @bytes, @actor, @at)

-- name: LoadMediationCertificates
-- The newest first, without their bytes.
select mediation, sha256, content_type, length(bytes) as size, null::bytea as bytes, actor, at
from mediation_certificate
where creditor = @creditor and invoice = @invoice
order by given desc

-- name: LoadMediationCertificate
select mediation, sha256, content_type, length(bytes) as size, bytes, actor, at
from mediation_certificate
where creditor = @creditor and invoice = @invoice and mediation = @mediation
order by given desc
limit 1

-- name: InsertMediationNote
insert into mediation_note (creditor, invoice, mediation, key, author, at, text)
values (@creditor, @invoice, @mediation, @key, @author, @at, @text)

-- name: LoadMediationNotes
select key, author, at, text, recorded_at
from mediation_note
where creditor = @creditor and invoice = @invoice and mediation = @mediation
order by given

-- name: RecordMediationReading
insert into mediation_note_reading (creditor, invoice, mediation, reader, at)
values (@creditor, @invoice, @mediation, @reader, @at)

-- name: LoadMediationReadings
select reader, at
from mediation_note_reading
where creditor = @creditor and invoice = @invoice and mediation = @mediation
order by read_at
