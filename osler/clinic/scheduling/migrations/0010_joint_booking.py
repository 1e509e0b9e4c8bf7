from pathlib import Path

from django.db import migrations

from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0009_joint_tables")]
    operations = [
        Protect("scheduling_pool"),
        Protect("scheduling_poolmember"),
        Protect("scheduling_need"),
        migrations.RunSQL(SQL.joinpath("0006_joint_booking.sql").read_text()),
    ]
