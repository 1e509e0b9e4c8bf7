from pathlib import Path

from django.db import migrations

from osler.clinic.patients.following import LetFollow

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_invoice_frozen_whole"), ("patients", "0010_merging")]
    operations = [
        LetFollow("billing_chargeitem"),
        LetFollow("billing_invoice"),
        LetFollow("billing_invoiceline"),
        LetFollow("billing_payment"),
        LetFollow("billing_journalentry"),
        LetFollow("billing_posting"),
        migrations.RunSQL(SQL.joinpath("0008_books_move.sql").read_text()),
    ]
