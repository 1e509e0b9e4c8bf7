from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_own_lists")]
    operations = [migrations.RunSQL(SQL.joinpath("0005_unsealed.sql").read_text())]
