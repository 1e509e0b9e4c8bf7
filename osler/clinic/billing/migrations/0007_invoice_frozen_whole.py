from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_checks_in_own_tenant"),
        ("directory", "0001_directory_tables"),
        ("insurance", "0002_insurance_walls"),
        ("patients", "0001_patients_tables"),
    ]
    operations = [
        migrations.AddField("invoice", "printed", models.JSONField(null=True, editable=False)),
        migrations.RunSQL(SQL.joinpath("0007_frozen_whole.sql").read_text()),
        migrations.AddConstraint(
            "invoice",
            models.CheckConstraint(
                condition=Q(status__in=["draft", "entered-in-error"]) | Q(printed__isnull=False),
                name="invoice_issued_names_parties",
            ),
        ),
    ]
