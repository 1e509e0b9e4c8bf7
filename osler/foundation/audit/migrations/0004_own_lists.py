from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seal_horizon")]
    operations = [migrations.RunSQL(SQL.joinpath("0004_own_lists.sql").read_text())]
