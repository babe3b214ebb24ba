-- The times in which the debts of an over-indebted consumer bear no interest, and flags
-- that were withdrawn.

-- +goose Up
-- withdrawn: what it stopped counts as never stopped, a mistake or a decision annulled
alter table hardship add column withdrawn boolean not null default false check (not withdrawn or ended is not null);

-- Flags of before are told again, so that their cases pause the interest.
update debtor set standing_revision = standing_revision + 1 where standing -> 'hardship' ->> 'kind' = 'over-indebtedness';

-- The kinds that are known stay. A pause of the interest may have a last day.
-- +goose StatementBegin
do $$
declare
    known text;
begin
    known := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'ledger_entry'::regclass and conname = 'ledger_entry_kind_check');
    alter table ledger_entry drop constraint ledger_entry_kind_check;
    execute format('alter table ledger_entry add constraint ledger_entry_kind_check check (kind in (%L, %L) or %s)', 'interest-paused', 'interest-pause-lifted', known);
end
$$;
-- +goose StatementEnd
alter table ledger_entry
    drop constraint ledger_entry_facts_check,
    add constraint ledger_entry_facts_check check ((kind in ('reversal', 'discount-revoked')) = (reverses <> '')
        and (kind not in ('payment', 'credit-note', 'cost', 'discount') or amount_minor > 0 and currency ~ '^[A-Z]{3}$')
        and (kind = 'interest-paused' or (kind = 'discount') = (until_date is not null)) and until_date >= value_date);

-- +goose Down
delete from ledger_entry where kind in ('interest-paused', 'interest-pause-lifted');
alter table ledger_entry
    drop constraint ledger_entry_facts_check,
    add constraint ledger_entry_facts_check check ((kind in ('reversal', 'discount-revoked')) = (reverses <> '')
        and (kind not in ('payment', 'credit-note', 'cost', 'discount') or amount_minor > 0 and currency ~ '^[A-Z]{3}$')
        and (kind = 'discount') = (until_date is not null) and until_date >= value_date);
alter table hardship drop column withdrawn;
