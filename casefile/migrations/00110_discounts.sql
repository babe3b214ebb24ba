-- Discounts for quick payment, and what each role at the creditor may grant.

-- +goose Up
alter table creditor add column arrangements jsonb not null default '{}' check (jsonb_typeof(arrangements) = 'object');

alter table ledger_entry
    -- the last value date of the payment that earns a discount
    add column until_date      date,
    add column keeps_late_fees boolean not null default false,
    drop constraint ledger_entry_facts_check,
    -- a reversal takes back a whole payment, a revocation a whole discount; money has an amount of its own
    add constraint ledger_entry_facts_check check ((kind in ('reversal', 'discount-revoked')) = (reverses <> '')
        and (kind not in ('payment', 'credit-note', 'cost', 'discount') or amount_minor > 0 and currency ~ '^[A-Z]{3}$')
        and (kind = 'discount') = (until_date is not null) and until_date >= value_date);

-- The kinds that are known stay.
-- +goose StatementBegin
do $$
declare
    known text;
begin
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'ledger_entry'::regclass and conname = 'ledger_entry_kind_check');
    alter table ledger_entry drop constraint ledger_entry_kind_check;
    execute format('alter table ledger_entry add constraint ledger_entry_kind_check check (kind in (%L, %L) or %s)', 'discount', 'discount-revoked', known);
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'allocation'::regclass and conname = 'allocation_kind_check');
    alter table allocation drop constraint allocation_kind_check;
    execute format('alter table allocation add constraint allocation_kind_check check (kind = %L or %s)', 'discount', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from allocation where kind = 'discount';
delete from ledger_entry where kind in ('discount', 'discount-revoked');
alter table ledger_entry
    drop constraint ledger_entry_facts_check,
    add constraint ledger_entry_facts_check check ((kind = 'reversal') = (reverses <> '')
        and (kind not in ('payment', 'credit-note', 'cost') or amount_minor > 0 and currency ~ '^[A-Z]{3}$')),
    drop column until_date,
    drop column keeps_late_fees;
alter table creditor drop column arrangements;
