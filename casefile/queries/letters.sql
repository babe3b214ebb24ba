-- name: LetterNumberOf
select number from letter where message = @id

-- name: NextLetterNumber
-- Taken in the transaction that stores the message: what fails takes no number.
insert into letter_sequence (creditor, year, last)
values (@creditor, @year, 1)
on conflict (creditor, year) do update set last = letter_sequence.last + 1
returning last

-- name: InsertLetter
insert into letter (creditor, number, message, kind, state)
values (@creditor, @number, @id, @kind, 'composed')

-- name: ReopenLetter
-- A letter that was cancelled before anybody had it is written anew under its number.
update letter
set state = 'composed', to_replace = false, cancelled_with_case = false, recalled = false, handed_to = '', printed_on = null, ended_on = null, reason = ''
where message = @id and state = 'cancelled'

-- name: QueueLetter
update letter set state = 'queued', handed_to = @handed_to where message = @id and state = 'composed'

-- name: LoadLetters
select l.creditor, l.number, l.message, l.kind, l.state, l.printed_on, l.posted_on, l.posting_number,
       row(coalesce(l.cost_minor, 0), coalesce(l.cost_currency, '')) as cost, l.presented_on, l.ended_on, l.reason, l.actor, l.handed_to,
       m.invoice, m.step, m.language, m.recipient, m.sha256, m.deadline, m.business_at as composed_at,
       (select array_agg(distinct n.invoice order by n.invoice) from message_notice n where n.message = l.message) as invoices,
       (select count(*) from letter_scan s where s.message = l.message) as scans,
       coalesce(pull.why, '') as do_not_post,
       l.cancelled_with_case or exists (select from message_notice n where n.message = l.message and n.withdrawn) as withdrawn
from letter l
join message m on m.id = l.message
left join lateral (
    select l.reason as why
    from task t
    where l.state = 'cancelled' and l.printed_on is not null
      and t.creditor = m.creditor and t.invoice = m.invoice and t.kind = 'pull-letter' and t.state = 'open' and starts_with(t.key, 'pull/' || l.message || '/')
    limit 1) pull on true
where (@message = '' or l.message = nullif(@message, '')::uuid)
  and (@creditor = '' or l.creditor = @creditor)
  and (@number = '' or l.number = @number)
  and (@kind = '' or l.kind = @kind)
  and (cardinality(@states::text[]) = 0 and not @do_not_post or l.state = any (@states::text[]) or @do_not_post and pull.why is not null)
  and (not @for_people or l.handed_to = '')
  -- a call that was cut off may still bring it to the service (activities.absenceProves), after the answer that it has none
  and (not @to_recall or l.state = 'cancelled' and l.handed_to <> '' and not l.recalled and (m.state <> 'sending' or m.last_sending_at < now() - interval '2 minutes'))
  and (l.creditor, l.number) > (@after_creditor, @after_number)
order by l.creditor, l.number
limit @limit

-- name: UpdateLetter
update letter
set state = @state, printed_on = @printed_on, posted_on = @posted_on, posting_number = @posting_number,
    cost_minor = nullif(@cost_minor::bigint, 0), cost_currency = case when @cost_minor::bigint = 0 then null else @cost_currency end,
    presented_on = @presented_on, ended_on = @ended_on, reason = @reason, actor = @actor, cancelled_with_case = false
where message = @message

-- name: MarkLetterRecalled
update letter set recalled = true where message = @message

-- name: NoteOnLetter
-- A line in the file of every case the letter is about.
insert into history (creditor, invoice, key, kind, actor, summary, reason, sha256, at)
select distinct n.creditor, n.invoice, @key::text, @kind::text, @actor::text, @summary::text, @reason::text, @sha256::text, @at::timestamptz
from message_notice n
where n.message = @message
order by n.creditor, n.invoice
on conflict (creditor, invoice, key) do nothing

-- name: FinishLetterTask
with finished as (
    update task
    set state = 'done', done_at = @at, done_by = @actor, note = @note
    where creditor = @creditor and invoice = @invoice and key = 'post/' || @message and state = 'open'
    returning id, title
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, @note, @at
from finished

-- name: CancelLetters
-- A letter that lies there unposted must not leave after the payment.
with cancelled as (
    update letter l
    set state = 'cancelled', cancelled_with_case = true, ended_on = @day, reason = @why, actor = @actor
    from message m
    where m.id = l.message and m.creditor = @creditor and m.invoice = @invoice
      and (l.state in ('queued', 'printed') or l.state = 'composed' and m.state = 'sending')
      and not exists (select from message_notice n where n.message = m.id and n.invoice <> m.invoice)
    returning l.number, l.message, l.printed_on, l.handed_to
), pulled as (
    -- what people have printed already lies there: they are asked to take it out
    insert into task (creditor, invoice, round, step, kind, key, title, detail, state, closed_with_case, due_on, opened_at, done_by, note, owner)
    select @creditor, @invoice, 0, '', 'pull-letter', 'pull/' || c.message || '/' || @cause::text, 'Do not post the letter ' || c.number || ': ' || @why::text,
           'The letter ' || c.number || ' was printed and must not leave: ' || @why::text || '. Take it out of the post and mark this task as done. '
           || 'If it has left already, report it as posted all the same: the register keeps that, with a warning.',
           'open', false, @day::date, @at::timestamptz, '', '', task_owner_of(@creditor, @invoice, @owner_roles::text[])
    from cancelled c
    where c.printed_on is not null and c.handed_to = ''
    on conflict (creditor, invoice, key) do nothing
    returning id, creditor, invoice, title
), told as (
    insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
    select creditor, invoice, 'task/' || id || '/opened', 'task-opened', @actor, 'task opened: ' || title, @why, @at::timestamptz
    from pulled
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'letter/' || number || '/cancelled/' || @cause, 'letter-cancelled', @actor,
       'letter ' || number || ' is not to be posted: ' || @why, @why, @at
from cancelled

-- name: RequeueLetters
-- What was cancelled with the case is posted after all while it still says what is true;
-- else, and where a service was told not to post it, what it carries leaves in another
-- letter.
with back as materialized (
    select l.message, l.handed_to = '' and m.composed_open_minor = @claimable and coalesce(m.deadline > @day, true)
           and not exists (select from message_notice n
                           where n.message = m.id and n.claims_late_fees and n.last_entry <> all (@unchanged_since::bigint[])) as is_true
    from letter l
    join message m on m.id = l.message
    where m.creditor = @creditor and m.invoice = @invoice and l.cancelled_with_case
), queued as (
    update letter l
    set state = 'queued', cancelled_with_case = false, ended_on = null, reason = '', actor = @actor
    from back
    where l.message = back.message and back.is_true
    returning l.number, l.message
), to_post as (
    update task t set state = 'open', closed_with_case = false, done_at = null, done_by = '', note = ''
    from queued q
    where t.creditor = @creditor and t.invoice = @invoice and t.key = 'post/' || q.message and t.closed_with_case
    returning t.id, t.title
), asked_again as (
    insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
    select @creditor, @invoice, 'task/' || id || '/reopened/' || @cause, 'task-reopened', @actor,
           'task open again, because the case is: ' || title, 'the case is open again', @at
    from to_post
), not_to_pull as (
    update task t set state = 'done', done_at = @at, done_by = @actor, note = 'it may be posted again'
    from queued q
    where t.creditor = @creditor and t.invoice = @invoice and t.state = 'open' and starts_with(t.key, 'pull/' || q.message || '/')
), outdated as (
    update letter l set cancelled_with_case = false, to_replace = true
    from back
    where l.message = back.message and not back.is_true
    returning l.message
), withdrawn as (
    update message_notice n set withdrawn = true from outdated o where n.message = o.message
), not_to_post as (
    update task t set state = 'cancelled', done_at = @at, done_by = @actor, note = 'another letter is in its place'
    from outdated o
    where t.creditor = @creditor and t.invoice = @invoice and t.key = 'post/' || o.message and t.state = 'open'
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select @creditor, @invoice, 'letter/' || number || '/queued/' || @cause, 'letter-queued', @actor,
       'letter ' || number || ' is to be posted again, because ' || @why, @why, @at
from queued

-- name: InsertLetterScan
insert into letter_scan (message, sha256, content_type, bytes, actor, at)
values (@message, @sha256, @content_type, @bytes, @actor, @at)
on conflict (message, sha256) do nothing

-- name: LoadLetterScan
-- The newest one.
select sha256, content_type, bytes
from letter_scan
where message = @message
order by recorded_at desc, sha256
limit 1

-- name: LockLettersOfCases
-- Those that can still become another thing than they are, in one order.
select from letter l
where l.message in (select message from message_notice where creditor = @creditor and invoice = any (@invoices::text[]))
  and l.state in ('composed', 'queued', 'printed', 'cancelled')
order by l.message
for update

-- name: LockHeadsOfLetters
-- The histories of all that stand in them, in one order.
select from history_head h
where h.creditor = @creditor and h.invoice in (
    select other.invoice
    from message_notice mine
    join letter l on l.message = mine.message and l.state in ('composed', 'queued', 'printed')
    join message_notice other on other.message = mine.message
    where mine.creditor = @creditor and mine.invoice = any (@invoices::text[]))
order by h.invoice
for update

-- name: WithdrawLetters
-- A letter about an invoice, and perhaps others, that lies there unposted and is not
-- true any more: it asks for another principal than @true_for cents, which may be none at
-- all (-1), or for late fees that have changed since it was composed, or offers another
-- discount than can be taken. What it carries has to leave in another one. With @beside,
-- only those that carry the same as that message, to the same recipient.
with cancelled as (
    update letter l
    set state = 'cancelled', to_replace = true, ended_on = @day, reason = @why, actor = @actor
    from message_notice n
    join message m on m.id = n.message
    where l.message = m.id
      and n.creditor = @creditor and n.invoice = @invoice and not n.withdrawn
      and (n.composed_open_minor <> @true_for or @late_fees and n.claims_late_fees and n.last_entry <> all (@unchanged_since::bigint[])
           or @offers and n.discount not in ('', @offer))
      and (@but_for = '' or n.step <> @but_for) and (@of_step = '' or n.step = @of_step) and (@only = '' or m.id = nullif(@only, '')::uuid)
      and (@beside = '' or m.id <> nullif(@beside, '')::uuid and exists (
          select from message_notice same
          where same.message = nullif(@beside, '')::uuid and m.recipient = (select recipient from message where id = same.message)
            and same.creditor = n.creditor and same.invoice = n.invoice
            and same.round = n.round and same.step = n.step and same.channel = n.channel and same.try = n.try))
      and (l.state in ('queued', 'printed') or l.state = 'composed' and (m.state = 'sending' or m.replacement > 0))
    returning l.message, l.number, l.printed_on, l.handed_to, m.creditor, m.invoice
), withdrawn as (
    update message_notice n set withdrawn = true from cancelled c where n.message = c.message
    returning n.creditor, n.invoice, c.number
), not_to_post as (
    update task t set state = 'cancelled', done_at = @at, done_by = @actor, note = @why
    from cancelled c
    where t.creditor = @creditor and t.invoice in (select invoice from message_notice where message = c.message)
      and t.key = 'post/' || c.message and t.state = 'open'
), pulled as (
    -- what people have printed already lies there: they are asked to take it out
    insert into task (creditor, invoice, round, step, kind, key, title, detail, state, closed_with_case, due_on, opened_at, done_by, note, owner)
    select c.creditor, c.invoice, 0, '', 'pull-letter', 'pull/' || c.message || '/' || @cause::text, 'Do not post the letter ' || c.number || ': ' || @why::text,
           'The letter ' || c.number || ' was printed and must not leave: ' || @why::text || '. Take it out of the post and mark this task as done. '
           || 'If it has left already, report it as posted all the same: the register keeps that, with a warning.',
           'open', false, @day::date, @at::timestamptz, '', '', task_owner_of(c.creditor, c.invoice, @owner_roles::text[])
    from cancelled c
    where c.printed_on is not null and c.handed_to = ''
    on conflict (creditor, invoice, key) do nothing
    returning id, creditor, invoice, title
), told as (
    insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
    select creditor, invoice, 'task/' || id || '/opened', 'task-opened', @actor, 'task opened: ' || title, @why, @at::timestamptz
    from pulled
)
insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
select distinct creditor, invoice, 'letter/' || number || '/cancelled/' || @cause, 'letter-cancelled', @actor,
       'letter ' || number || ' is not to be posted: ' || @why, @why, @at::timestamptz
from withdrawn
on conflict (creditor, invoice, key) do nothing

-- name: ReplaceLettersAgain
-- An invoice may be asked for again that stood in letters which were cancelled.
update letter l
set to_replace = true
from message_notice n
where n.message = l.message and n.creditor = @creditor and n.invoice = @invoice and n.withdrawn and l.state = 'cancelled'
  and not exists (
      select from message_notice other
      where other.creditor = n.creditor and other.invoice = n.invoice and other.round = n.round and other.step = n.step
        and other.channel = n.channel and other.try = n.try and not other.withdrawn)

-- name: ListLettersToReplace
-- A service that may have a letter has to be told first that it must not post it. Those
-- whose cases all rest would only stand before the others; what a rest waits for is
-- when it ends. Whichever they are: those that wait for something else, an approval or a
-- person, must not stand before the others either.
select l.message as id
from letter l
where l.to_replace and (l.handed_to = '' or l.recalled)
  and exists (
      select from message_notice n
      join collection_case c on c.creditor = n.creditor and c.invoice = n.invoice
      where n.message = l.message and n.withdrawn and (c.stage <> all (@resting::text[]) or c.next_at <= @at))
order by random()
limit @limit

-- name: LoadWithdrawnNotices
-- What a cancelled letter carried and no other message carries yet.
select n.creditor, n.invoice, n.round, n.step, n.channel, n.try
from message_notice n
where n.message = @id and n.withdrawn
  and not exists (
      select from message_notice other
      where other.creditor = n.creditor and other.invoice = n.invoice and other.round = n.round and other.step = n.step
        and other.channel = n.channel and other.try = n.try and not other.withdrawn)
order by n.creditor, n.invoice, n.step

-- name: NextReplacement
select coalesce(max(replacement), 0) + 1 as next
from message
where creditor = @creditor and invoice = @invoice and round = @round and step = @step and channel = @channel and try = @try

-- name: MarkLetterReplaced
update letter set to_replace = @waits where message = @id

-- name: ListReplacementsToSend
select m.id, m.creditor, m.invoice, m.round, m.step, m.channel, m.try, m.deadline
from message m
join letter l on l.message = m.id
where m.replacement > 0 and m.state in ('composed', 'sending') and l.state <> 'cancelled'
order by random() -- those that the gate keeps back must not stand before the others
limit @limit

-- name: ListReplacedNotices
-- The notices of open cases that left in a letter in place of another, which gives the
-- debtor until a later day than the case knows.
select n.creditor, n.invoice, n.step, max(n.deadline) as deadline
from message m
join message_notice n on n.message = m.id
join collection_case c on c.creditor = n.creditor and c.invoice = n.invoice and c.round = n.round and c.closed_at is null
join notice known on known.creditor = n.creditor and known.invoice = n.invoice and known.round = n.round and known.step = n.step
where m.replacement > 0 and m.state in ('accepted', 'delivered') and not n.withdrawn
  and known.ordinal is not null and n.deadline > coalesce(known.deadline, '-infinity')
group by n.creditor, n.invoice, n.step
order by random() -- those whose workflow is not running must not stand before the others
limit @limit

-- name: TellFailure
update message set tell_failure = @tell where id = @id

-- name: ListFailuresToTell
-- Whichever they are: those whose case cannot be told now must not stand before the others.
select id from message where tell_failure order by random() limit @limit

-- name: KeepLetterThatLeft
-- The service could not hold it back: what it carries and no other message carries by now
-- does not leave once more.
with kept as (update letter set to_replace = false, cancelled_with_case = false where message = @message)
update message_notice n
set withdrawn = false
where n.message = @message and n.withdrawn
  and not exists (
      select from message_notice other
      where other.creditor = n.creditor and other.invoice = n.invoice and other.round = n.round and other.step = n.step
        and other.channel = n.channel and other.try = n.try and not other.withdrawn)

-- name: KeepPostedLetter
-- It was posted though it was not to be: what it carries and no other message carries by
-- now does not leave once more.
with kept as (
    update letter set to_replace = false, cancelled_with_case = false where message = @message
), pulled as (
    update task t
    set state = 'done', done_at = @at, done_by = @actor, note = 'it was posted all the same'
    from message m
    where m.id = @message and t.creditor = m.creditor and t.invoice = m.invoice and t.state = 'open' and starts_with(t.key, 'pull/' || m.id || '/')
    returning t.id, t.creditor, t.invoice, t.title
), told as (
    insert into history (creditor, invoice, key, kind, actor, summary, reason, at)
    select creditor, invoice, 'task/' || id || '/done', 'task-done', @actor, 'task done: ' || title, 'it was posted all the same', @at
    from pulled
)
update message_notice n
set withdrawn = false
where n.message = @message and n.withdrawn
  and not exists (
      select from message_notice other
      where other.creditor = n.creditor and other.invoice = n.invoice and other.round = n.round and other.step = n.step
        and other.channel = n.channel and other.try = n.try and not other.withdrawn)
