from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_sealable_events")]
    operations = [migrations.RunSQL(SQL.joinpath("0003_horizon.sql").read_text())]
