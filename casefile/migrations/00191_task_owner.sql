-- Who is to do a task: the e-mail address of a colleague, a role at the creditor, or the
-- user a dispute was given to; '' while nobody is.

-- +goose Up
alter table task add column owner text not null default '';
create index task_open_owner on task (owner, id) where state = 'open' and owner <> '';

-- The colleague with the first of the roles that somebody has, of the debtor before of all;
-- where several have it, the role; '' where nobody does. Salespersons are only those of the
-- debtor.
-- +goose StatementBegin
create function task_owner_of(of_creditor text, of_invoice text, roles text[]) returns text language sql stable as $$
    select coalesce((
        select case when count(distinct lower(l.email)) = 1 then min(l.email) else min(l.role) end
        from unnest(roles) with ordinality as wanted (role, place)
        cross join (select coalesce((select debtor from invoice where creditor = of_creditor and number = of_invoice), '') as debtor) about
        join colleague l on l.creditor = of_creditor and l.role = wanted.role
                        and (l.debtor = about.debtor and about.debtor <> '' or l.debtor = '' and l.role <> 'salesperson')
        group by wanted.place, l.debtor <> ''
        order by wanted.place, l.debtor <> '' desc
        limit 1), '')
$$;
-- +goose StatementEnd

-- +goose Down
drop function task_owner_of;
alter table task drop column owner;
