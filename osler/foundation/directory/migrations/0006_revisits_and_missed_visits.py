from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_online_rules")]

    operations = [
        migrations.AddField(
            model_name="healthcareservice",
            name="revisit_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="revisit_charge_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="missed_charge_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="healthcareservice",
            constraint=models.CheckConstraint(
                condition=models.Q(revisit_days__lte=365), name="healthcareservice_revisit_sane"
            ),
        ),
    ]
