from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_events_of_the_house")]
    operations = [migrations.RunSQL(SQL.joinpath("0008_own_events.sql").read_text())]
