"""Money: what was done becomes charges, charges become invoices, and the ledger balances.

Nouns: FeeSchedule, FeeItem, ChargeItem, Invoice, InvoiceLine, Payment, JournalEntry, Posting.
Deeds: `capture_charge`, `reprice_charge`, `mark_not_billable`, `set_fee`, `issue_invoice`,
`credit_invoice`, `write_off`, `transfer_to_patient`, `take_payment`, `refund_payment`.
Reads: `open_balance`, `account_history`, `trial_balance`, `ageing`, `takings_of`.
Visits and results make their charges by themselves (`subscribers`). Folders, lowest first:
ledger < charges < invoices < payments; only `ledger.posting.post` writes to the ledger.
"""
