-- The invitation to a mediation on demand, and how far it has come; empty where a person
-- invites, or the step of a strategy does. And what was read of a mediation stays recorded.

-- +goose Up
alter table mediation add column invitation jsonb not null default '{}' check (jsonb_typeof(invitation) = 'object');

-- Readings of the confidential notes are never changed or taken out.
-- +goose StatementBegin
create function refuse_reading_change() returns trigger language plpgsql as $$
begin
    raise exception 'the readings of the notes of a mediation are append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger mediation_note_reading_is_append_only before update or delete on mediation_note_reading
    for each row execute function refuse_reading_change();
create trigger mediation_note_reading_is_not_emptied before truncate on mediation_note_reading
    for each statement execute function refuse_reading_change();

-- +goose Down
drop trigger mediation_note_reading_is_append_only on mediation_note_reading;
drop trigger mediation_note_reading_is_not_emptied on mediation_note_reading;
drop function refuse_reading_change;
alter table mediation drop column invitation;
