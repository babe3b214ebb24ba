-- Tasks about the tables of the law: of a creditor, and of no invoice.

-- +goose Up
-- The kinds that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind = %L or %s)', 'law-table', known);
end
$$;
-- +goose StatementEnd
alter table task drop column case_invoice;
alter table task
    add column case_invoice text generated always as (case when kind in ('match-payment', 'law-table') then null else invoice end) stored,
    add foreign key (creditor, case_invoice) references collection_case (creditor, invoice),
    add constraint task_invoice_check check (kind <> 'law-table' or invoice = '');

-- +goose Down
delete from task where kind = 'law-table';
alter table task drop constraint task_invoice_check, drop column case_invoice;
alter table task
    add column case_invoice text generated always as (case when kind = 'match-payment' then null else invoice end) stored,
    add foreign key (creditor, case_invoice) references collection_case (creditor, invoice);
