-- Letters in place of others that were withheld when contacts changed or a gate was closed
-- for a while: no step asks for them again. They leave, or are written anew.

-- +goose Up
update message m
set state = 'composed', reason = ''
from letter l
where l.message = m.id and m.replacement > 0 and m.state = 'withheld' and l.state in ('composed', 'queued');

-- +goose Down
select 1;
