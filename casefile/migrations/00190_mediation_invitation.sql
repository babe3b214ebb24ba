-- The invitation to a mediation on demand, and how far it has come; empty where a person
-- invites, or the step of a strategy does.

-- +goose Up
alter table mediation add column invitation jsonb not null default '{}' check (jsonb_typeof(invitation) = 'object');

-- +goose Down
alter table mediation drop column invitation;
