-- How people got in touch with debtors outside of the notices: calls, meetings,
-- mails of their own. They count as contacts as the notices do. The note may name
-- people: it stands here, where it can be corrected and erased, and not in the history.

-- +goose Up
create table manual_contact (
    creditor          text not null references creditor,
    debtor            text not null,
    -- null when it was about no invoice in particular
    invoice           text,
    key               text not null check (key <> ''),
    channel           text not null check (channel in ('call', 'email', 'sms', 'whatsapp', 'letter', 'meeting', 'other')),
    outcome           text not null check (outcome in ('', 'reached', 'no-answer', 'voicemail', 'wrong-number', 'promised', 'disputes', 'refuses', 'call-back')),
    -- the task that asked for a call
    task              bigint references task,
    -- the day of a promised payment, or to call back
    due_on            date,
    promised_minor    bigint not null check (promised_minor >= 0),
    promised_currency text not null check (promised_minor = 0 or promised_currency ~ '^[A-Z]{3}$'),
    at                timestamptz not null,
    by                text not null,
    note              text not null,
    recorded_at       timestamptz not null default now(),
    primary key (creditor, debtor, key),
    foreign key (creditor, debtor) references debtor,
    foreign key (creditor, invoice) references invoice,
    check ((channel = 'call') = (outcome <> '')),
    check ((outcome in ('promised', 'call-back')) = (due_on is not null)),
    check (outcome = 'promised' or promised_minor = 0)
);
create index manual_contact_of_debtor on manual_contact (creditor, debtor, at);

-- +goose Down
drop table manual_contact;
