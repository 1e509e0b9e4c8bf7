from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_keys_without_bodies")]
    operations = [migrations.RunSQL(SQL.joinpath("0005_sweeping.sql").read_text())]
