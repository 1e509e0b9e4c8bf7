from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0015_families"),
    ]

    operations = [
        migrations.RunSQL(SQL.joinpath("0016_statistics.sql").read_text()),
    ]
