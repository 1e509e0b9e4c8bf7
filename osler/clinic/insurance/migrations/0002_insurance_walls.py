from django.db import migrations

from osler.foundation.audit.protection import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0001_insurance_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("insurance_payer"),
        Protect("insurance_coverage", patient="patient_id"),
    ]
