import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_directory_tables"),
        ("patients", "0001_patients_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                ("resource", models.TextField(editable=False, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Asked for"),
                            ("pending", "Pending"),
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("checked-in", "In room"),
                            ("fulfilled", "Done"),
                            ("cancelled", "Cancelled"),
                            ("noshow", "No-show"),
                            ("waitlist", "Waiting list"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="booked",
                        max_length=20,
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        blank=True, null=True
                    ),
                ),
                ("local_start", models.DateTimeField(blank=True, null=True)),
                ("zone", models.CharField(blank=True, default="", max_length=64)),
                ("lane", models.PositiveSmallIntegerField(default=0)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="Reason for the visit",
                    ),
                ),
                (
                    "wishes",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="When would suit you",
                    ),
                ),
                (
                    "cancellation_reason",
                    models.CharField(blank=True, default="", max_length=200),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("roomed_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="patients.patient",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                        to="directory.healthcareservice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.UUIDField()),
                ("resource_id", models.UUIDField()),
                ("lane", models.PositiveSmallIntegerField()),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="scheduling.appointment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                ("resource", models.TextField(editable=False, null=True)),
                ("slot_minutes", models.PositiveSmallIntegerField(default=20)),
                ("active", models.BooleanField(default=True)),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schedules",
                        to="directory.location",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schedules",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WeeklyHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField()),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                (
                    "valid_period",
                    django.contrib.postgres.fields.ranges.DateRangeField(),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="scheduling.schedule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osler.kernel.keys.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="directory.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period__isempty", False)),
                        name="absence_not_empty",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                models.F("organization_id"),
                models.Func("period", function="lower"),
                name="appointment_by_start",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                fields=["organization_id", "patient"], name="appointment_by_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period", None), ("period__isempty", False), _connector="OR"
                ),
                name="appointment_period_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "status__in",
                            ["booked", "arrived", "checked-in", "fulfilled"],
                        ),
                        _negated=True,
                    ),
                    ("period__isnull", False),
                    _connector="OR",
                ),
                name="appointment_booked_has_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("resource_id", "="), ("lane", "="), ("period", "&&")],
                name="appointment_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                fields=("practitioner", "location"), name="schedule_once_a_site"
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)),
                name="weeklyhours_weekday_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklyhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))),
                name="weeklyhours_not_empty",
            ),
        ),
    ]
