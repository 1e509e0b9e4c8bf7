"""Money: what was done becomes charges, charges become invoices, and the ledger balances.

Nouns: FeeSchedule, FeeItem, ChargeItem, Invoice, InvoiceLine, Payment, JournalEntry, Posting.
Deeds: `capture_charge`, `issue_invoice`, `credit_invoice`, `take_payment`, `refund_payment`.
"""
