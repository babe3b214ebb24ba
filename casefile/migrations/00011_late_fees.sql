-- Late fees: what the creditor claims of them, entries that are not money, and the
-- double-entry journal.

-- +goose Up
alter table creditor add column late_fees jsonb not null default '{}' check (jsonb_typeof(late_fees) = 'object');

alter table ledger_entry
    add column part text not null default '' check (part in ('', 'interest', 'indemnity', 'costs')),
    add column note text not null default '',
    drop constraint ledger_entry_kind_check,
    drop constraint ledger_entry_check,
    add constraint ledger_entry_kind_check check (kind in ('payment', 'reversal', 'credit-note', 'late-fees-claim', 'cost', 'waiver',
        'formal-notice-received', 'judgment-enforceable', 'insolvency-opened')),
    -- a reversal takes back a whole payment; money has an amount of its own
    add constraint ledger_entry_facts_check check ((kind = 'reversal') = (reverses <> '')
        and (kind not in ('payment', 'credit-note', 'cost') or amount_minor > 0 and currency ~ '^[A-Z]{3}$'));

alter table allocation
    add column part text not null default 'principal' check (part in ('principal', 'interest', 'indemnity', 'costs')),
    drop constraint allocation_pkey,
    add primary key (creditor, kind, entry, part);

alter table collection_case
    -- what was claimed beside the principal and is open once that is paid
    add column late_fees_minor bigint not null default 0 check (late_fees_minor >= 0),
    add column late_fees_task boolean not null default false,
    drop constraint collection_case_stage_check,
    drop constraint collection_case_check3,
    add constraint collection_case_stage_check check (stage in ('open', 'reminding', 'formal-notice', 'mediation', 'handoff',
        'on-hold', 'unreachable', 'late-fees', 'paid', 'written-off', 'withdrawn', 'handed-over')),
    add constraint collection_case_open_check check (open_minor > 0 or late_fees_minor > 0 or closed_at is not null);

alter table task
    drop constraint task_kind_check,
    add constraint task_kind_check check (kind in ('mediation', 'handoff', 'call', 'approve', 'post-letter', 'reach-debtor', 'match-payment', 'late-fees'));

alter table message add column claims_late_fees boolean not null default false;

-- The journal is written once and never changed: what was booked too much is taken
-- back by another entry.
create table journal_entry (
    id          bigint generated always as identity primary key,
    creditor    text not null,
    invoice     text not null,
    key         text not null check (key <> ''),
    value_date  date not null,
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    foreign key (creditor, invoice) references invoice
);
create index journal_of_invoice on journal_entry (creditor, invoice, id);

create table journal_leg (
    entry        bigint not null references journal_entry,
    account      text not null check (account <> ''),
    currency     char(3) not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint not null check (amount_minor <> 0),
    primary key (entry, account, currency)
);

-- +goose StatementBegin
create function refuse_journal_change() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger journal_is_append_only before update or delete on journal_entry
    for each row execute function refuse_journal_change();
create trigger journal_is_not_emptied before truncate on journal_entry
    for each statement execute function refuse_journal_change();
create trigger journal_legs_are_append_only before update or delete on journal_leg
    for each row execute function refuse_journal_change();
create trigger journal_legs_are_not_emptied before truncate on journal_leg
    for each statement execute function refuse_journal_change();

-- +goose StatementBegin
create function refuse_unbalanced_entry() returns trigger language plpgsql as $$
begin
    if exists (select from journal_leg where entry = new.entry group by currency having sum(amount_minor) <> 0) then
        raise exception 'the journal entry % does not balance', new.entry using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create constraint trigger journal_balances after insert on journal_leg
    deferrable initially deferred for each row execute function refuse_unbalanced_entry();

-- +goose Down
drop table journal_leg, journal_entry;
drop function refuse_journal_change, refuse_unbalanced_entry;
alter table message drop column claims_late_fees;
alter table collection_case drop column late_fees_minor, drop column late_fees_task;
alter table allocation drop column part;
alter table ledger_entry drop column part, drop column note;
alter table creditor drop column late_fees;
