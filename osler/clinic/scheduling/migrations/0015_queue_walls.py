from pathlib import Path

from django.db import migrations

from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect
from osler.foundation.jobs.live import tell

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0014_queue_tables")]
    operations = [
        Protect("scheduling_queue"),
        Protect("scheduling_queuemember"),
        Protect("scheduling_queueentry", patient="patient_id"),
        Protect("scheduling_queuescreen"),
        LetFollow("scheduling_queueentry"),
        tell("scheduling_queueentry", "board"),
        migrations.RunSQL(SQL.joinpath("0008_queues.sql").read_text()),
    ]
