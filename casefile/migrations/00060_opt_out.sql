-- Who asked not to be written to, over which channel and at which address.

-- +goose Up
create table opt_out (
    creditor    text not null references creditor,
    -- '' when the address is not one of a debtor that is known
    debtor      text not null,
    channel     text not null check (channel <> ''),
    address     text not null check (address <> ''),
    source      text not null check (source <> ''),
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, debtor, channel, address)
);

-- +goose Down
drop table opt_out;
