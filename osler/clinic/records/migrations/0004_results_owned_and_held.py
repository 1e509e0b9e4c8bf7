from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0003_records_live")]
    operations = [
        migrations.AddField("servicerequest", "hold_release", models.BooleanField(default=False)),
        migrations.RemoveConstraint("diagnosticreport", "diagnosticreport_final_has_owner"),
        migrations.AddConstraint(
            "diagnosticreport",
            models.CheckConstraint(
                condition=Q(order=None)
                | ~Q(status__in=["final", "amended", "corrected", "appended"])
                | Q(owner__isnull=False),
                name="diagnosticreport_final_has_owner",
            ),
        ),
    ]
