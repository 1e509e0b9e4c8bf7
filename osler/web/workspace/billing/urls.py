"""Routes of the office and of the payment desk."""

from django.urls import path

from osler.web.workspace.billing import (
    account,
    books,
    charges,
    fees,
    home,
    invoice,
    invoices,
    payments,
    takings,
)

urlpatterns = [
    path("billing/", home.home, name="billing"),
    path("billing/missed/", home.charge_missed, name="billing-missed"),
    path("billing/charges/", charges.charges, name="charges"),
    path("billing/charges/<uuid:charge_id>/", charges.charge, name="charge"),
    path("billing/charges/<uuid:charge_id>/price/", charges.price, name="charge-price"),
    path("billing/charges/<uuid:charge_id>/leave-out/", charges.leave_out, name="charge-leave-out"),
    path("billing/charges/<uuid:charge_id>/take-back/", charges.take_back, name="charge-take-back"),
    path("billing/invoices/", invoices.invoices, name="invoices"),
    path("billing/invoices/sheet.csv", invoices.invoices_csv, name="invoices-csv"),
    path("billing/invoices/issue/", invoice.issue, name="invoice-issue"),
    path("billing/invoices/<uuid:invoice_id>/", invoice.invoice, name="invoice"),
    path("billing/invoices/<uuid:invoice_id>/pdf/", invoice.pdf, name="invoice-pdf"),
    path("billing/invoices/<uuid:invoice_id>/pay/", invoice.pay, name="invoice-pay"),
    path("billing/invoices/<uuid:invoice_id>/credit/", invoice.credit, name="invoice-credit"),
    path("billing/invoices/<uuid:invoice_id>/write-off/", invoice.give_up, name="invoice-write-off"),
    path("billing/invoices/<uuid:invoice_id>/transfer/", invoice.transfer, name="invoice-transfer"),
    path("billing/payments/<uuid:payment_id>/", payments.payment, name="payment"),
    path("billing/payments/<uuid:payment_id>/refund/", payments.refund, name="payment-refund"),
    path("billing/takings/", takings.takings, name="takings"),
    path("billing/takings/sheet.csv", takings.takings_csv, name="takings-csv"),
    path("billing/books/", books.books, name="books"),
    path("billing/books/sheet.csv", books.books_csv, name="books-csv"),
    path("billing/fees/", fees.fees, name="fees"),
    path("billing/fees/set/", fees.set_price, name="fee-set"),
    path("billing/fees/open/", fees.open_schedule, name="fee-open"),
    path("billing/fees/<uuid:item_id>/end/", fees.end_price, name="fee-end"),
    path("patients/<uuid:patient_id>/account/", account.account, name="account"),
    path("patients/<uuid:patient_id>/account/pay/", account.pay, name="account-pay"),
    path("patients/<uuid:patient_id>/account/charge/", account.add_charge, name="account-charge"),
]
