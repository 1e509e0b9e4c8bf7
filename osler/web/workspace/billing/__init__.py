"""The billing office and the payment desk: charges, invoices, payments, prices, takings."""
