from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_directory_walls"),
        ("scheduling", "0005_free_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="absence",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="absence",
            name="location",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.location",
            ),
        ),
        migrations.AddField(
            model_name="weeklyhours",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="absence",
            name="practitioner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absences",
                to="directory.practitioner",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("practitioner", None), ("location", None), _connector="OR"),
                name="absence_of_person_or_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_period__isempty", False)), name="weeklyhours_valid_some_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("active", True)),
                expressions=[
                    ("schedule", "="),
                    ("weekday", "="),
                    ("valid_period", "&&"),
                    (
                        models.Func(
                            models.Func("starts", template="extract(epoch FROM %(expressions)s)"),
                            models.Func("ends", template="extract(epoch FROM %(expressions)s)"),
                            function="numrange",
                        ),
                        "&&",
                    ),
                ],
                name="weeklyhours_no_overlap",
            ),
        ),
        migrations.RunSQL(SQL.joinpath("0004_taken_back.sql").read_text()),
    ]
