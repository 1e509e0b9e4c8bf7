from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_payment_from_payer")]
    operations = [migrations.RunSQL(SQL.joinpath("0006_own_tenant.sql").read_text())]
