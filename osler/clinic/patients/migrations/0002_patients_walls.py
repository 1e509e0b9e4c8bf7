from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0001_patients_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("patients_patient", patient="id"),
        Protect("patients_patientidentifier", patient="patient_id"),
        Protect("patients_relatedperson", patient="patient_id"),
        Protect("patients_flag", patient="patient_id"),
        migrations.RunSQL(SQL.joinpath("0002_search_tokens.sql").read_text()),
        migrations.RunSQL(
            "SELECT audit_wall('patients_searchtoken', 'patient_id'),"
            " audit_grant('patients_searchtoken', 'SELECT')"
        ),
    ]
