from pathlib import Path

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(SQL.joinpath("0001_audit.sql").read_text()),
        migrations.RunSQL(SQL.joinpath("0001_protect.sql").read_text()),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"managed": False, "db_table": "audit_event"},
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"managed": False, "db_table": "audit_seal"},
        ),
    ]
