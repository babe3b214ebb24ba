-- What keeps more than one case still, or one for a reason that lies outside of it:
-- holds and blocks of a debtor, exclusions, kill switches. This table is the truth; the
-- cases in scope are told of it.

-- +goose Up
create table stop (
    id            text primary key check (id <> ''),
    kind          text not null check (kind in ('hold', 'exclusion', 'block', 'kill-switch')),
    scope         text not null check (scope in ('invoice', 'debtor', 'creditor', 'everything')),
    creditor      text references creditor,
    debtor        text,
    invoice       text,
    reason        text not null check (reason <> ''),
    author        text not null,
    placed_at     timestamptz not null,
    until_date    date,
    lifted_at     timestamptz,
    lifted_by     text not null default '',
    -- the cases in scope are told of each change: of how many all were told, and the
    -- last case that was told of the one under way
    changes       int not null default 1,
    told          int not null default 0,
    told_creditor text not null default '',
    told_invoice  text not null default '',
    recorded_at   timestamptz not null default now(),
    foreign key (creditor, debtor) references debtor,
    foreign key (creditor, invoice) references invoice,
    check ((scope = 'everything') = (creditor is null)),
    check ((scope in ('debtor', 'invoice')) = (debtor is not null)),
    check ((scope = 'invoice') = (invoice is not null)),
    check (lifted_at >= placed_at),
    check (told <= changes)
);
create index stop_of_debtor on stop (creditor, debtor);
create index stop_to_tell on stop (id) where told < changes;

-- The time that a debtor was given to pay does not run during such a hold.
alter table hold add column moves_deadline boolean not null default false;

-- +goose Down
alter table hold drop column moves_deadline;
drop table stop;
