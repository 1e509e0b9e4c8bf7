from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect, Wall

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0001_scheduling_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("scheduling_schedule"),
        Protect("scheduling_weeklyhours"),
        Protect("scheduling_absence"),
        Protect("scheduling_appointment", patient="patient_id"),
        Wall("scheduling_reservation", "SELECT"),
        migrations.RunSQL(SQL.joinpath("0001_reservations.sql").read_text()),
    ]
