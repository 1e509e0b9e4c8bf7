import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_buffers_and_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="healthcareservice",
            name="needs_before",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="needed_by",
                to="directory.healthcareservice",
            ),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="before_at_least_minutes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="healthcareservice",
            name="before_at_most_minutes",
            field=models.PositiveSmallIntegerField(default=240),
        ),
        migrations.AddConstraint(
            model_name="healthcareservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("before_at_least_minutes__lte", models.F("before_at_most_minutes")),
                    ("before_at_most_minutes__lte", 720),
                ),
                name="healthcareservice_before_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthcareservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_before", None),
                    models.Q(("needs_before", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="healthcareservice_not_before_itself",
            ),
        ),
    ]
