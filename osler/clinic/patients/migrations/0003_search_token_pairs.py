from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_patients_walls")]
    operations = [
        migrations.RunSQL(SQL.joinpath("0003_search_tokens.sql").read_text(), migrations.RunSQL.noop),
    ]
