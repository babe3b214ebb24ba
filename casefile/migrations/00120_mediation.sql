-- Attempts to settle a claim with the help of a third person.

-- +goose Up
create table mediation (
    creditor    text not null,
    invoice     text not null,
    id          text not null check (id <> ''),
    ordinal     int  not null check (ordinal >= 0),
    kind        text not null check (kind in ('company-mediator', 'conciliator', 'contractual', 'consumer', 'conventional')),
    -- the key of the mediator in the configuration of the creditor, '' while none is named
    mediator    text not null,
    asked_by    text not null check (asked_by in ('creditor', 'debtor')),
    -- the step whose notice was the invitation, '' for one on demand
    step        text not null,
    proposed    date not null,
    respond_by  date not null,
    -- the day both sides agreed to it
    accepted    date,
    in_writing  boolean not null,
    -- the day by which it should have ended
    end_by      date,
    sessions    jsonb not null check (jsonb_typeof(sessions) = 'array'),
    -- the day from which it suspends the limitation (C. civ. 2238)
    suspends    date,
    ended       date,
    outcome     text not null check (outcome in ('', 'agreement', 'failure', 'withdrawn', 'declined', 'unanswered', 'undelivered')),
    -- the reference of the document that states its failure
    certificate text not null,
    agreement   jsonb not null check (jsonb_typeof(agreement) = 'object'),
    -- the task of its present phase was opened
    asked       boolean not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, id),
    unique (creditor, invoice, ordinal),
    foreign key (creditor, invoice) references collection_case,
    check (respond_by >= proposed),
    check ((accepted is null) = (end_by is null)),
    check ((outcome = '') = (ended is null)),
    check (certificate = '' or outcome = 'failure')
);

-- The document that states the failure of a mediation, which a court may ask for (CPC 750-1).
-- The last one that was given counts.
create table mediation_certificate (
    creditor     text not null,
    invoice      text not null,
    mediation    text not null,
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content_type text not null check (content_type in ('application/pdf', 'image/png', 'image/jpeg')),
    bytes        bytea not null check (length(bytes) between 1 and 5242880),
    actor        text not null,
    at           timestamptz not null,
    given        bigint generated always as identity,
    recorded_at  timestamptz not null default now(),
    primary key (creditor, invoice, mediation, sha256),
    foreign key (creditor, invoice, mediation) references mediation
);
alter table mediation_certificate alter column bytes set storage external;

-- What was said in a mediation is confidential: it stands here and nowhere else, and every
-- reading of it is recorded.
create table mediation_note (
    creditor    text not null,
    invoice     text not null,
    mediation   text not null,
    key         text not null check (key <> ''),
    author      text not null check (author <> ''),
    at          timestamptz not null,
    text        text not null check (text <> ''),
    given       bigint generated always as identity,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, mediation, key),
    foreign key (creditor, invoice, mediation) references mediation
);

create table mediation_note_reading (
    creditor  text not null,
    invoice   text not null,
    mediation text not null,
    reader    text not null check (reader <> ''),
    at        timestamptz not null,
    read_at   timestamptz not null default now(),
    foreign key (creditor, invoice, mediation) references mediation
);

-- The kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (%L, %L, %L, %L) or %s)',
        'mediation-answer', 'mediation-lapsed', 'mediation-overdue', 'agreement-broken', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind in ('mediation-answer', 'mediation-lapsed', 'mediation-overdue', 'agreement-broken');
drop table mediation_note_reading, mediation_note, mediation_certificate, mediation;
