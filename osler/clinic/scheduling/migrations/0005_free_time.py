from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_appointment_wall_time")]
    operations = [migrations.RunSQL(SQL.joinpath("0003_free_time.sql").read_text())]
