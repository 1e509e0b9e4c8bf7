from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("access", "0005_account_of_a_clinic"), ("accounts", "0003_account_of_a_clinic")]
    operations = [migrations.RunSQL(SQL.joinpath("0004_accounts_wall.sql").read_text())]
