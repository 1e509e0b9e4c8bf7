from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_sweeping")]
    operations = [
        migrations.AddField("outboxevent", "next_try_at", models.DateTimeField(null=True)),
    ]
