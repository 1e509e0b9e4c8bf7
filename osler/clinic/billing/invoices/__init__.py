"""Invoices and credit notes: issued, corrected, printed; what is open and for how long."""
