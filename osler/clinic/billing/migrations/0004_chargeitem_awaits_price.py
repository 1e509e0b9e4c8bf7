from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_posting_names_invoice")]
    operations = [
        migrations.AlterField(
            "chargeitem",
            "status",
            models.CharField(
                max_length=20,
                default="billable",
                choices=[
                    ("planned", "Price missing"),
                    ("billable", "To invoice"),
                    ("not-billable", "Not billable"),
                    ("aborted", "Aborted"),
                    ("billed", "Invoiced"),
                    ("entered-in-error", "Entered in error"),
                    ("unknown", "Unknown"),
                ],
            ),
        ),
        migrations.AlterField(
            "chargeitem",
            "unit_amount",
            models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True),
        ),
        migrations.AddField(
            "chargeitem",
            "status_reason",
            models.CharField(max_length=300, blank=True, default=""),
        ),
        migrations.AddIndex(
            "chargeitem",
            models.Index(
                fields=["organization_id", "occurred_on"],
                condition=Q(status="planned"),
                name="chargeitem_without_price",
            ),
        ),
        migrations.AddIndex(
            "chargeitem",
            models.Index(
                fields=["organization_id", "patient", "-occurred_on"],
                name="chargeitem_of_patient",
            ),
        ),
        migrations.AddConstraint(
            "chargeitem",
            models.CheckConstraint(
                condition=~Q(status__in=["billable", "billed"]) | Q(unit_amount__isnull=False),
                name="chargeitem_billable_has_price",
            ),
        ),
    ]
