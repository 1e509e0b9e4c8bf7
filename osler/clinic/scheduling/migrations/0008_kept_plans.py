from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0007_follow_merges")]

    operations = [migrations.RunSQL(SQL.joinpath("0005_kept_plans.sql").read_text())]
