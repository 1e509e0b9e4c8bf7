from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0009_patient_links"),
        ("access", "0002_access_walls"),
        ("audit", "0006_closed_paths"),
    ]
    operations = [
        Protect("patients_patientlink", patient="survivor_id"),
        migrations.RunSQL(
            "SELECT audit_wall('patients_movedrow', 'to_patient_id'),"
            " audit_grant('patients_movedrow', 'SELECT')"
        ),
        migrations.RunSQL(SQL.joinpath("0004_merging.sql").read_text()),
        migrations.RunSQL(SQL.joinpath("0005_following.sql").read_text()),
    ]
