from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("fhir", "0003_sourcerecord_digests"),
        ("accounts", "0001_accounts_tables"),
        ("access", "0001_access_tables"),
    ]
    operations = [migrations.RunSQL(SQL.joinpath("0003_rights_changed.sql").read_text())]
