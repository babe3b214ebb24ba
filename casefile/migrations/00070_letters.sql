-- Letters to print and post, and what became of them.

-- +goose Up
-- The channels that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'message'::regclass and conname = 'message_channel_check');
begin
    alter table message drop constraint message_channel_check;
    execute format('alter table message add constraint message_channel_check check (channel = %L or %s)', 'registered-letter', known);
end
$$;
-- +goose StatementEnd

-- The last number of each creditor and year.
create table letter_sequence (
    creditor text not null references creditor,
    year     int  not null,
    last     int  not null check (last > 0),
    primary key (creditor, year)
);

-- One row for each message on paper. Its bytes are those of the message.
create table letter (
    creditor       text not null references creditor,
    number         text not null check (number ~ '^[0-9]{4}-[0-9]{6,}$'),
    -- a letter has its number before its message is stored, in one transaction
    message        uuid not null unique references message on delete cascade deferrable initially deferred,
    kind           text not null check (kind in ('plain', 'registered')),
    state          text not null check (state in ('composed', 'queued', 'printed', 'posted', 'delivered', 'unclaimed', 'refused', 'returned', 'cancelled')),
    printed_on     date,
    posted_on      date,
    posting_number text not null default '',
    cost_currency  char(3),
    cost_minor     bigint check (cost_minor >= 0),
    -- the first day the post held it out to the debtor
    presented_on   date,
    -- the day of what became of it: handed over, sent back, cancelled
    ended_on       date,
    reason         text not null default '',
    -- the service that was asked to print and post it, '' where people do
    handed_to      text not null default '',
    -- the service was told not to post what is cancelled
    recalled       boolean not null default false,
    -- who reported the last change
    actor          text not null default '',
    -- cancelled because nothing was left to collect: back in the queue if there is again
    cancelled_with_case boolean not null default false,
    recorded_at    timestamptz not null default now(),
    primary key (creditor, number),
    check ((cost_currency is null) = (cost_minor is null)),
    check ((state in ('posted', 'delivered', 'unclaimed', 'refused', 'returned')) = (posted_on is not null)),
    check ((state in ('delivered', 'unclaimed', 'refused', 'returned', 'cancelled')) = (ended_on is not null)),
    check (state not in ('delivered', 'unclaimed', 'refused') or presented_on is not null),
    check (not cancelled_with_case or state = 'cancelled')
);
create index letter_to_recall on letter (message) where state = 'cancelled' and handed_to <> '' and not recalled;
create index letter_by_state on letter (state, creditor, number);

-- What came back on paper: the acknowledgement of receipt, the envelope.
create table letter_scan (
    message      uuid not null references message on delete cascade,
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content_type text not null check (content_type in ('application/pdf', 'image/png', 'image/jpeg')),
    bytes        bytea not null,
    actor        text not null,
    at           timestamptz not null,
    recorded_at  timestamptz not null default now(),
    primary key (message, sha256)
);

-- +goose Down
drop table letter_scan, letter, letter_sequence;
