from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_billing_walls")]
    operations = [
        migrations.AddField("posting", "invoice_id", models.UUIDField(null=True, blank=True)),
        migrations.AddIndex(
            "posting",
            models.Index(
                fields=["invoice_id", "account"],
                condition=Q(invoice_id__isnull=False),
                name="posting_of_invoice",
            ),
        ),
        migrations.AddConstraint(
            "posting",
            models.CheckConstraint(
                condition=~Q(account__in=["patient-receivable", "payer-receivable"])
                | Q(invoice_id__isnull=False),
                name="posting_receivable_names_invoice",
            ),
        ),
        migrations.RunSQL(SQL.joinpath("0003_bounds.sql").read_text()),
    ]
