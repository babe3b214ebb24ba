-- While a worker can send it says so. A gap in what it says is an outage, after which what
-- gathered leaves over several days.

-- +goose Up
create table liveness (
    only_row    boolean primary key default true check (only_row),
    -- by the business clock, and by the wall
    business_at timestamptz not null,
    wall_at     timestamptz not null
);

create table outage (
    began       timestamptz primary key,
    ended       timestamptz not null check (ended > began),
    recorded_at timestamptz not null default now()
);

-- +goose Down
drop table outage;
drop table liveness;
