-- What an approval was asked and given for, and the deputy who is asked as well.

-- +goose Up
alter table notice add column approval_request jsonb not null default '{}' check (jsonb_typeof(approval_request) = 'object');

-- The kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind = %L or %s)', 'approve-deputy', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind = 'approve-deputy';
alter table notice drop column approval_request;
