-- Interest that was owed when a schedule was made is paid by its instalments and bears none.

-- +goose Up
alter table instalment
    add column earlier_interest_minor bigint not null default 0 check (earlier_interest_minor >= 0),
    drop constraint instalment_principal_minor_check,
    add constraint instalment_owed_check check (principal_minor >= 0 and principal_minor + earlier_interest_minor > 0);

-- +goose Down
update instalment set principal_minor = principal_minor + earlier_interest_minor;
alter table instalment
    drop constraint instalment_owed_check,
    drop column earlier_interest_minor,
    add constraint instalment_principal_minor_check check (principal_minor > 0);
