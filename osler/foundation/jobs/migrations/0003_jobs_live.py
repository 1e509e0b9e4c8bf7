from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_jobs_walls")]
    operations = [migrations.RunSQL(SQL.joinpath("0003_live.sql").read_text())]
