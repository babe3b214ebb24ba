-- name: InsertOptOut
insert into opt_out (creditor, debtor, channel, address, source, at)
values (@creditor, @debtor, @channel, @address, @source, @at)
on conflict (creditor, debtor, channel, address) do nothing
