from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communication", "0003_communication_live"),
        ("patients", "0004_searchtoken_of_patient"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("unknown", "To reconcile"),
                    ("settled", "Settled"),
                ],
                default="queued",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status__in", ["failed", "unknown"])),
                fields=["organization_id", "id"],
                name="notice_stuck",
            ),
        ),
    ]
