import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys
from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_buffers_and_places"),
        ("patients", "0016_statistics"),
        ("scheduling", "0011_appointment_confirmed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organization_id",
                    models.UUIDField(
                        db_default=django.db.models.expressions.RawSQL(
                            "(nullif(current_setting('app.org', true), ''))::uuid", ()
                        ),
                        editable=False,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "recurrence_type",
                    models.CharField(
                        choices=[("daily", "Days"), ("weekly", "Weeks"), ("monthly", "Months")], max_length=8
                    ),
                ),
                ("interval", models.PositiveSmallIntegerField(default=1)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        db_default=django.db.models.expressions.RawSQL("'{}'::smallint[]", ()),
                        default=list,
                        size=None,
                    ),
                ),
                ("day_of_month", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("nth_week_of_month", models.SmallIntegerField(blank=True, null=True)),
                ("first_on", models.DateField()),
                ("occurrence_count", models.PositiveSmallIntegerField()),
                ("local_time", models.TimeField()),
                ("zone", models.CharField(max_length=64)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="patients.patient",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.healthcareservice",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.series",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("interval__gte", 1)), name="series_interval_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("occurrence_count__gte", 1), ("occurrence_count__lte", 60)),
                        name="series_length_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6])),
                        name="series_weekdays_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day_of_month", None),
                                ("nth_week_of_month", None),
                                ("recurrence_type", "daily"),
                            ),
                            models.Q(
                                ("day_of_month", None),
                                ("nth_week_of_month", None),
                                ("recurrence_type", "weekly"),
                                ("weekdays__len__gte", 1),
                            ),
                            models.Q(
                                ("day_of_month__gte", 1),
                                ("day_of_month__lte", 31),
                                ("nth_week_of_month", None),
                                ("recurrence_type", "monthly"),
                            ),
                            models.Q(
                                ("day_of_month", None),
                                ("nth_week_of_month__in", [-1, 1, 2, 3, 4]),
                                ("recurrence_type", "monthly"),
                                ("weekdays__len", 1),
                            ),
                            _connector="OR",
                        ),
                        name="series_rule_whole",
                    ),
                ],
            },
        ),
        Protect("scheduling_series", "patient_id"),
        LetFollow("scheduling_series"),
        migrations.AddField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="scheduling.series",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="recurrence_id",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="recurrence_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                fields=("series", "recurrence_id"), name="appointment_once_in_series"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recurrence_id", None), ("recurrence_on", None), ("series", None)),
                    models.Q(
                        ("recurrence_id__gte", 1),
                        ("recurrence_on__isnull", False),
                        ("series__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="appointment_of_series_whole",
            ),
        ),
    ]
