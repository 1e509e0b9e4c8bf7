from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_directory_walls"),
        ("patients", "0002_patients_walls"),
        ("scheduling", "0003_scheduling_live"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="appointment",
            name="appointment_by_start",
        ),
        migrations.AddField(
            model_name="appointment",
            name="local_fold",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="appointment",
            name="period_end",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("period", function="upper"),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="period_start",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("period", function="lower"),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="period_end",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("period", function="upper"),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="overbook_reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["organization_id", "period_start"], name="appointment_by_start"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status", "proposed")),
                fields=["organization_id", "id"],
                name="appointment_asked_for",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["resource_id", "period_end"], name="reservation_by_end"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("local_fold__lte", 1)),
                name="appointment_fold_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "proposed")),
                fields=("organization_id", "patient", "service"),
                name="appointment_asked_once_a_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lane", 0),
                    models.Q(("overbook_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="appointment_overbooked_with_reason",
            ),
        ),
        migrations.RunSQL(SQL.joinpath("0002_wall_time.sql").read_text()),
    ]
