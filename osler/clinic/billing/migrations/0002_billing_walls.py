from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_billing_tables"), ("audit", "0001_audit_tables")]
    operations = [
        Protect("billing_feeschedule"),
        Protect("billing_feeitem"),
        Protect("billing_chargeitem", patient="patient_id"),
        Protect("billing_invoice", patient="patient_id"),
        Protect("billing_invoiceline", patient="patient_id"),
        Protect("billing_payment", patient="patient_id"),
        Protect("billing_journalentry", patient="patient_id"),
        Protect("billing_posting", patient="patient_id"),
        migrations.RunSQL(SQL.joinpath("0001_ledger.sql").read_text()),
    ]
