-- To find, among all cases, the few that should have acted and have not.

-- +goose Up
create index case_by_next_action on collection_case (next_at, creditor, invoice) where closed_at is null;

-- +goose Down
drop index case_by_next_action;
