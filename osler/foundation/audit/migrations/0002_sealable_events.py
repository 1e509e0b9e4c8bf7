from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_audit_tables")]
    operations = [
        migrations.RunSQL(SQL.joinpath("0002_sealable.sql").read_text()),
        migrations.AlterModelOptions(name="auditevent", options={"managed": False}),
    ]
