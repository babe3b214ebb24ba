-- Until when each claim can be brought to court, and what happened that touches it.

-- +goose Up
alter table invoice
    -- when the work was done or the goods were delivered, where the source says so
    add column completed_on date;

alter table collection_case
    -- the projection of the limitation; without a last day none is watched
    add column limitation_kind     text    not null default '',
    add column limitation_last_day date,
    add column limitation_stopped  boolean not null default false,
    add column limitation_warnings jsonb   not null default '[]' check (jsonb_typeof(limitation_warnings) = 'array'),
    -- the last day of which a person was told
    add column limitation_told     date,
    add column limitation_reckonings int not null default 0,
    add constraint collection_case_limitation_check check ((limitation_kind = '') = (limitation_last_day is null));

-- Each revision is what was known of an event after a report; the last one counts.
create table limitation_event (
    creditor    text not null,
    invoice     text not null,
    id          text not null check (id <> ''),
    revision    int  not null check (revision > 0),
    event       text not null check (event <> ''),
    on_date     date not null,
    until_date  date,
    result      text not null check (result in ('', 'withdrawn', 'lapsed', 'rejected', 'mistaken')),
    actor       text not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (creditor, invoice, id, revision),
    foreign key (creditor, invoice) references collection_case,
    check (until_date >= on_date)
);

-- +goose StatementBegin
create function refuse_limitation_change() returns trigger language plpgsql as $$
begin
    raise exception 'the events of the limitation are append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger limitation_events_are_append_only before update or delete on limitation_event
    for each row execute function refuse_limitation_change();
create trigger limitation_events_are_not_emptied before truncate on limitation_event
    for each statement execute function refuse_limitation_change();

-- The kinds of tasks that are known stay.
-- +goose StatementBegin
do $$
declare
    known text := (select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = 'task'::regclass and conname = 'task_kind_check');
begin
    alter table task drop constraint task_kind_check;
    execute format('alter table task add constraint task_kind_check check (kind = %L or %s)', 'limitation', known);
end
$$;
-- +goose StatementEnd

-- +goose Down
delete from task where kind = 'limitation';
drop table limitation_event;
drop function refuse_limitation_change;
alter table collection_case
    drop column limitation_kind, drop column limitation_last_day, drop column limitation_stopped,
    drop column limitation_warnings, drop column limitation_told;
alter table invoice drop column completed_on;
