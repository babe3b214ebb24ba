// Package directdebit collects money from the accounts of debtors who gave a mandate:
// it writes files of SEPA direct debits (ISO 20022 pain.008.001.08) for the creditor's
// bank, and says what to do when a debit comes back.
package directdebit
