from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communication", "0006_invitation_walls")]
    operations = [
        migrations.AddField("notice", "next_try_at", models.DateTimeField(null=True, blank=True)),
    ]
