from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_library_grants"),
        ("directory", "0001_directory_tables"),
    ]
    operations = [migrations.RunSQL(SQL.joinpath("0002_actor_zone.sql").read_text())]
