-- A case that opens again may have missed what was set or lifted while it was closed, or
-- in that very moment.

-- +goose Up
-- counts why the workflow of the case may not know of all stops that concern it; 0: it does
alter table collection_case add column stops_untold int not null default 0 check (stops_untold >= 0);
create index case_untold_of_stops on collection_case (creditor, invoice) where stops_untold > 0 and closed_at is null;

-- +goose Down
drop index case_untold_of_stops;
alter table collection_case drop column stops_untold;
