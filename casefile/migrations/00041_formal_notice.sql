-- A formal notice is announced before it leaves, and proven to have arrived.

-- +goose Up
alter table notice
    -- when the creditor's people were told that it is about to leave
    add column announced   timestamptz,
    -- the day it is proven to have reached the debtor
    add column served      date,
    -- a person was asked what became of it
    add column proof_asked boolean not null default false;

-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind in (%L, %L) or %s)', 'announce', 'prove-delivery', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
alter table notice drop column announced, drop column served, drop column proof_asked;
