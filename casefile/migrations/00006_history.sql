-- The history proves what was done; nobody can change it, the owner included.

-- +goose Up
create table history (
    id          bigint generated always as identity primary key,
    creditor    text not null,
    invoice     text not null,
    key         text not null check (key <> ''),
    kind        text not null check (kind <> ''),
    actor       text not null,
    summary     text not null check (summary <> ''),
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    unique (creditor, invoice, key)
);

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the history is append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger history_is_append_only before update or delete on history
    for each row execute function refuse_change();
create trigger history_is_not_emptied before truncate on history
    for each statement execute function refuse_change();

-- +goose Down
drop table history;
drop function refuse_change;
