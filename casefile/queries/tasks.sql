-- name: InsertTask
-- Its owner is the one given, else whom the directory names for the roles.
insert into task (creditor, invoice, round, step, kind, key, title, detail, state, closed_with_case, due_on, opened_at, done_at, done_by, note, owner)
values (@creditor, @invoice, @round, @step, @kind, @key, @title, @detail, @state, @closed_with_case, @due_on, @opened_at, @done_at, '', @note,
    coalesce(nullif(@owner, ''), task_owner_of(@creditor, @invoice, @owner_roles::text[])))
on conflict (creditor, invoice, key) do nothing
returning id, owner

-- name: LoadTask
select id, creditor, invoice, round, step, kind, key, title, detail, state, due_on, opened_at, done_at, done_by, note, owner
from task
where id = @id

-- name: LoadTaskOfKey
select id, creditor, invoice, round, step, kind, key, title, detail, state, due_on, opened_at, done_at, done_by, note, owner
from task
where creditor = @creditor and invoice = @invoice and key = @key

-- name: LoadTasks
select id, creditor, invoice, round, step, kind, key, title, detail, state, due_on, opened_at, done_at, done_by, note, owner
from task
where (@creditor = '' or creditor = @creditor)
  and (@invoice = '' or invoice = @invoice)
  and (@kind = '' or kind = @kind)
  and (@state = '' or state = @state)
  -- a person's are those of its roles as well
  and (@owner = '' or owner = @owner or @owner = 'nobody' and owner = ''
       or exists (select from colleague l
                  where l.creditor = task.creditor and l.role = task.owner and lower(l.email) = lower(@owner)
                    and l.debtor in ('', coalesce((select debtor from invoice where creditor = task.creditor and number = task.invoice), ''))))
  and id > @after
order by id
limit @limit

-- name: CompleteTask
update task
set state = 'done', done_at = @at, done_by = @by, note = @note
where id = @id and state = 'open'
returning id, creditor, invoice, round, step, kind, key, title, detail, state, due_on, opened_at, done_at, done_by, note, owner

-- name: FinishTasksOfStep
-- A decision about the step is the answer to its open tasks.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and invoice = @invoice and round = @round and step = @step
      and kind = any (@kinds::text[]) and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, @note, @at
from finished

-- name: FinishTasksOfKeys
-- What they ask for has come about without them.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and invoice = @invoice and key = any (@keys::text[]) and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done, because ' || @note || ': ' || title, @note, @at
from finished

-- name: FinishSurplusTasks
-- Nothing is left of what was paid beyond the claim.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = 'nothing of it is left'
    where creditor = @creditor and invoice = @invoice and kind = 'match-payment' and key like 'surplus/%' and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, 'nothing of it is left', @at
from finished

-- name: CancelTasks
-- Money still has to be matched when the case is closed; a formal notice that lies
-- there unposted must not leave after the payment.
with cancelled as (
    update task
    set state = 'cancelled', closed_with_case = true, done_at = @at, done_by = @actor, note = 'nothing is left to collect'
    where creditor = @creditor and invoice = @invoice and state = 'open' and kind not in ('match-payment', 'answer', 'insolvency', 'closed-case', 'pull-letter')
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/cancelled/' || @cause, 'task-cancelled', @actor,
       'task cancelled, because nothing is left to collect: ' || title, 'nothing is left to collect', @at
from cancelled

-- name: ReopenTasks
-- To post a letter is asked for again with the letter (RequeueLetters), which may have left
-- or been replaced since.
with reopened as (
    update task
    set state = 'open', closed_with_case = false, done_at = null, done_by = '', note = ''
    where creditor = @creditor and invoice = @invoice and closed_with_case and kind <> 'late-fees'
      and not (kind = 'post-letter' and exists (select from letter l where task.key = 'post/' || l.message))
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/reopened/' || @cause, 'task-reopened', @actor,
       'task open again, because the case is: ' || title, 'the case is open again', @at
from reopened

-- name: FinishLawTasks
-- The tables know what these tasks asked for.
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = 'the tables know it now'
    where creditor = @creditor and kind = 'law-table' and state = 'open' and key <> all (@keys::text[])
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, '', 'task/' || id || '/done', 'task-done', @actor, 'task done, because the tables know it now: ' || title, 'the tables know it now', @at
from finished

-- name: AssignTask
update task set owner = @owner where id = @id and state = 'open'

-- name: LoadOwner
-- A colleague who looks after the debtor of a task, or after all.
select email
from colleague
where creditor = @creditor and lower(email) = lower(@owner)
  and debtor in ('', coalesce((select debtor from invoice where creditor = @creditor and number = @invoice), ''))
order by debtor desc
limit 1
