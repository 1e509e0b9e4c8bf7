import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_chargeitem_awaits_price"),
        ("insurance", "0002_insurance_walls"),
    ]
    operations = [
        migrations.AddField(
            "payment",
            "payer",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="insurance.payer",
            ),
        ),
        migrations.AddIndex(
            "payment",
            models.Index(fields=["organization_id", "-received_at"], name="payment_by_day"),
        ),
    ]
