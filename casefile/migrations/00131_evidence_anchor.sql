-- An anchor is one hash over the heads of all chains on a day. Kept outside of the
-- database, it proves that nothing of before was taken away, not even at the end.

-- +goose Up
create table evidence_anchor (
    day         date primary key,
    -- how many heads had moved since the anchor before, and how many lines there were
    cases       int    not null check (cases >= 0),
    lines       bigint not null check (lines >= 0),
    previous    text   not null check (previous = '' or previous ~ '^[0-9a-f]{64}$'),
    root        text   not null check (root ~ '^[0-9a-f]{64}$'),
    actor       text   not null,
    recorded_at timestamptz not null default now()
);

-- The heads an anchor covers: those that had moved.
create table anchored_head (
    creditor text  not null,
    invoice  text  not null,
    lines    int   not null,
    hash     bytea not null check (length(hash) = 32),
    day      date  not null references evidence_anchor,
    primary key (creditor, invoice, lines)
);
create index anchored_head_of_day on anchored_head (day, creditor, invoice);

-- +goose StatementBegin
create function refuse_anchor_change() returns trigger language plpgsql as $$
begin
    raise exception 'the anchors are append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger anchors_are_append_only before update or delete on evidence_anchor
    for each row execute function refuse_anchor_change();
create trigger anchors_are_not_emptied before truncate on evidence_anchor
    for each statement execute function refuse_anchor_change();
create trigger anchored_heads_are_append_only before update or delete on anchored_head
    for each row execute function refuse_anchor_change();
create trigger anchored_heads_are_not_emptied before truncate on anchored_head
    for each statement execute function refuse_anchor_change();

-- +goose Down
drop table anchored_head, evidence_anchor;
drop function refuse_anchor_change;
