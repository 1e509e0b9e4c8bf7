from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_actor_zone"),
        ("accounts", "0003_account_of_a_clinic"),
    ]
    operations = [migrations.RunSQL(SQL.joinpath("0003_account_of_a_clinic.sql").read_text())]
