-- The history becomes tamper-evident: each line of a case is bound by a hash to the
-- line before it. docs/evidence.md says how it is counted and what it proves. Beside
-- it stands what an act rested on.

-- +goose Up
alter table history
    -- the how-manieth line of its case it is
    add column line             int,
    add column hash             bytea,
    -- why it was done, where no person decided it
    add column reason           text not null default '',
    -- what it rested on, empty where it rested on none
    add column strategy         text not null default '',
    add column strategy_version int  not null default 0,
    add column law              text not null default '',
    add column template         text not null default '',
    add column template_version text not null default '',
    -- of the bytes the line is about: a message, a document
    add column sha256           text not null default '' check (sha256 = '' or sha256 ~ '^[0-9a-f]{64}$');

-- How far the chain of a case has come. Its row is the lock on the chain.
create table history_head (
    creditor text  not null,
    invoice  text  not null,
    lines    int   not null check (lines >= 0),
    hash     bytea not null check (length(hash) in (0, 32)),
    primary key (creditor, invoice)
) with (fillfactor = 60);

-- The hash of a line: SHA-256 over its fields, each as "<bytes>:<text>,".
-- Package casefile/chain counts the same.
-- +goose StatementBegin
create function hash_history(previous bytea, line int, h history) returns bytea language plpgsql stable as $$
declare
    before      text := encode(previous, 'hex');
    at          text := to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    recorded_at text := to_char(h.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
begin
    return sha256(convert_to(concat(
        '17:relance-history-1,',
        octet_length(before), ':', before, ',', length(line::text), ':', line, ',',
        octet_length(h.creditor), ':', h.creditor, ',', octet_length(h.invoice), ':', h.invoice, ',',
        octet_length(h.key), ':', h.key, ',', octet_length(h.kind), ':', h.kind, ',',
        octet_length(h.actor), ':', h.actor, ',', octet_length(h.summary), ':', h.summary, ',',
        octet_length(h.reason), ':', h.reason, ',', octet_length(h.strategy), ':', h.strategy, ',',
        length(h.strategy_version::text), ':', h.strategy_version, ',', octet_length(h.law), ':', h.law, ',',
        octet_length(h.template), ':', h.template, ',', octet_length(h.template_version), ':', h.template_version, ',',
        octet_length(h.sha256), ':', h.sha256, ',',
        octet_length(at), ':', at, ',', octet_length(recorded_at), ':', recorded_at, ','), 'UTF8'));
end
$$;

create function chain_history() returns trigger language plpgsql as $$
declare
    head history_head;
begin
    if new.strategy = '' and new.invoice <> '' then
        select coalesce(max(c.strategy), ''), coalesce(max(c.strategy_version), 0) into new.strategy, new.strategy_version
        from collection_case c where c.creditor = new.creditor and c.invoice = new.invoice;
    end if;
    select * into head from history_head h where h.creditor = new.creditor and h.invoice = new.invoice for update;
    if not found then
        new.line := 1;
        new.hash := hash_history('', 1, new);
        insert into history_head (creditor, invoice, lines, hash) values (new.creditor, new.invoice, 1, new.hash) on conflict do nothing;
        if found then
            return new;
        end if;
        -- another transaction has begun the chain meanwhile
        select * into head from history_head h where h.creditor = new.creditor and h.invoice = new.invoice for update;
    end if;
    new.line := head.lines + 1;
    new.hash := hash_history(head.hash, new.line, new);
    -- a line that is there already is refused or left out: the chain stays
    if not exists (select from history h where h.creditor = new.creditor and h.invoice = new.invoice and h.key = new.key) then
        update history_head h set lines = new.line, hash = new.hash where h.creditor = new.creditor and h.invoice = new.invoice;
    end if;
    return new;
end
$$;
-- +goose StatementEnd

-- What was written before is chained as it stands. This once the lines change.
alter table history disable trigger history_is_append_only;
-- +goose StatementBegin
do $$
declare
    h history;
    begun history_head;
begin
    for h in select * from history order by creditor, invoice, id loop
        if begun.creditor is distinct from h.creditor or begun.invoice is distinct from h.invoice then
            if begun.creditor is not null then
                insert into history_head select begun.*;
            end if;
            begun := row (h.creditor, h.invoice, 0, '');
        end if;
        begun.lines := begun.lines + 1;
        begun.hash := hash_history(begun.hash, begun.lines, h);
        update history set line = begun.lines, hash = begun.hash where id = h.id;
    end loop;
    if begun.creditor is not null then
        insert into history_head select begun.*;
    end if;
end
$$;
-- +goose StatementEnd
alter table history enable trigger history_is_append_only;

alter table history
    alter column line set not null,
    alter column hash set not null,
    add constraint history_hash_check check (length(hash) = 32);

create trigger history_is_chained before insert on history
    for each row execute function chain_history();

-- +goose Down
drop trigger history_is_chained on history;
drop function chain_history;
drop function hash_history;
drop table history_head;
alter table history
    drop column line, drop column hash, drop column reason, drop column strategy, drop column strategy_version,
    drop column law, drop column template, drop column template_version, drop column sha256;
