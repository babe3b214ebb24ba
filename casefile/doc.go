// Package casefile keeps the facts of Relance in PostgreSQL: who owes what to
// whom, what was paid, what was sent and what became of it, what people decided,
// and the append-only history that proves it.
//
// Every write is one transaction that begins with the lock on the row of its
// case, loads the case as the core knows it, lets the core decide, and writes
// what changed together with the history and the projection (stage, next step,
// next instant, why). It is idempotent on a natural key: repeated, it changes
// nothing. No arithmetic about money and no rule about dates is here; they are
// in package collection.
//
// Times named At are business time and are kept to the microsecond; every row
// also has the wall time at which it was recorded. Retrying after a lost
// connection or a deadlock is the caller's part.
//
// Personal data of debtors is in the tables creditor, debtor, contact, message,
// message_content, letter_scan and delivery_event, and nowhere else: the texts given for
// history and tasks must not hold names, addresses or numbers.
package casefile
