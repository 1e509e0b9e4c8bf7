from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_unsealed_events")]
    operations = [
        migrations.RunSQL(SQL.joinpath("0001_protect.sql").read_text()),  # as it is written by now
        migrations.RunSQL(SQL.joinpath("0006_closed_paths.sql").read_text()),
    ]
