-- A letter that is printed and must not be posted any more: people are asked to take it out.

-- +goose Up
-- The kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind = %L or %s)', 'pull-letter', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind = 'pull-letter';
