from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_before")]

    operations = [
        migrations.AddField(
            model_name="healthcareservice",
            name="self_booking",
            field=models.CharField(
                choices=[
                    ("asked", "Nobody: patients ask for it"),
                    ("patients", "Patients, in the portal"),
                    ("anybody", "Anybody, on the public page"),
                ],
                db_default="asked",
                default="asked",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="online_lead_minutes",
            field=models.PositiveIntegerField(db_default=120, default=120),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="online_days_ahead",
            field=models.PositiveSmallIntegerField(db_default=90, default=90),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="online_open_visits",
            field=models.PositiveSmallIntegerField(db_default=2, default=2),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="online_moves",
            field=models.PositiveSmallIntegerField(db_default=3, default=3),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="change_until_minutes",
            field=models.PositiveIntegerField(db_default=1440, default=1440),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="video_url",
            field=models.URLField(blank=True, db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="healthcareservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("online_days_ahead__gte", 1),
                    ("online_days_ahead__lte", 365),
                    ("online_open_visits__gte", 1),
                ),
                name="healthcareservice_online_sane",
            ),
        ),
    ]
