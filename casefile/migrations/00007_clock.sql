-- The clock the installation runs on: one row, or none for the wall clock.

-- +goose Up
create table clock (
    only_row    boolean primary key default true check (only_row),
    wall        timestamptz,
    business    timestamptz,
    speed       bigint not null check (speed >= 0),
    recorded_at timestamptz not null default now(),
    check (speed = 0 or (wall is not null and business is not null))
);

-- +goose Down
drop table clock;
