from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_access_tables"),
        ("audit", "0001_audit_tables"),
        ("mfa", "0001_initial"),
    ]
    operations = [
        Protect("access_roleassignment"),
        Protect("access_patientgrant", patient="patient_id"),
        migrations.RunSQL(SQL.joinpath("0001_actor.sql").read_text()),
    ]
