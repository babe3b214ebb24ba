-- The day by which the debtor of a broken plan was asked to pay its balance: no step of its
-- cases leaves before it has passed. Plans that were broken before named none.

-- +goose Up
alter table case_plan add column pay_by date;

-- +goose Down
alter table case_plan drop column pay_by;
