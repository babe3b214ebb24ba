-- What left, or is about to. The unique key is what makes a message leave once.

-- +goose Up
create table message (
    id                  uuid primary key,
    creditor            text not null,
    invoice             text not null,
    round               int not null,
    step                text not null,
    channel             text not null check (channel in ('email', 'sms', 'letter')),
    try                 int not null check (try >= 0),
    contact             bigint references contact on delete set null,
    recipient           text not null,
    template            text not null,
    language            text not null,
    subject             text not null,
    content_type        text not null,
    sha256              text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    deadline            date,
    -- what was open when it was composed: a message never claims another amount
    composed_currency   char(3) not null,
    composed_open_minor bigint not null check (composed_open_minor > 0),
    compositions        int not null check (compositions > 0),
    state               text not null check (state in ('composed', 'sending', 'accepted', 'delivered', 'bounced', 'failed', 'withheld')),
    provider            text not null,
    provider_id         text not null,
    code                text not null,
    reason              text not null,
    sendings            int not null check (sendings >= 0),
    unproven            boolean not null,
    business_at         timestamptz not null,
    settled_at          timestamptz,
    composed_at         timestamptz not null,
    sending_at          timestamptz,
    accepted_at         timestamptz,
    delivered_at        timestamptz,
    failed_at           timestamptz,
    recorded_at         timestamptz not null default now(),
    unique (creditor, invoice, round, step, channel, try),
    foreign key (creditor, invoice) references collection_case,
    check (state <> 'sending' or (sending_at is not null and sendings > 0)),
    check (state not in ('accepted', 'delivered', 'bounced') or accepted_at is not null),
    check ((state = 'delivered') <= (delivered_at is not null)),
    check ((state in ('bounced', 'failed')) = (failed_at is not null)),
    check ((state in ('accepted', 'delivered', 'bounced', 'failed')) = (settled_at is not null))
);
create index message_by_provider_id on message (provider, provider_id) where provider_id <> '';
create index message_by_state on message (state, channel);

-- The exact bytes, apart from what changes while the message travels.
create table message_content (
    message     uuid primary key references message on delete cascade,
    bytes       bytea not null,
    recorded_at timestamptz not null default now()
);

-- Which notices a message carries.
create table message_notice (
    message     uuid not null references message on delete cascade,
    creditor    text not null,
    invoice     text not null,
    round       int not null,
    step        text not null,
    recorded_at timestamptz not null default now(),
    primary key (message, creditor, invoice, round, step),
    foreign key (creditor, invoice, round, step) references notice
);
create index message_by_notice on message_notice (creditor, invoice, round, step);

create table delivery_event (
    provider    text not null,
    event_id    text not null check (event_id <> ''),
    message     uuid not null references message on delete cascade,
    kind        text not null check (kind <> ''),
    code        text not null,
    reason      text not null,
    provider_at timestamptz,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (provider, event_id)
);
create index delivery_event_by_message on delivery_event (message);

-- +goose Down
drop table delivery_event, message_notice, message_content, message;
