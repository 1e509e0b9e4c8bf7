from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys
from osler.foundation.audit.protection import Grant, Protect

SQL = Path(__file__).parents[1] / "sql"
NO_KEYS = django.db.models.expressions.RawSQL("'{}'::uuid[]", ())


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0005_online_rules"),
        ("scheduling", "0015_queue_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="patient_moves",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="appointment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reservations",
                to="scheduling.appointment",
            ),
        ),
        migrations.CreateModel(
            name="SlotHold",
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
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("zone", models.CharField(max_length=64)),
                ("lane", models.PositiveSmallIntegerField(default=0)),
                ("buffer_before", models.PositiveSmallIntegerField(default=0)),
                ("buffer_after", models.PositiveSmallIntegerField(default=0)),
                (
                    "also_people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), db_default=NO_KEYS, default=list, size=None
                    ),
                ),
                (
                    "also_places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), db_default=NO_KEYS, default=list, size=None
                    ),
                ),
                ("held_until", models.DateTimeField()),
                ("secret_hash", models.CharField(max_length=64)),
                ("language", models.CharField(default="en", max_length=12)),
                ("code_number", models.PositiveSmallIntegerField(default=0)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                ("said_sealed", models.BinaryField(default=b"", editable=False)),
                (
                    "location",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.healthcareservice",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization_id", "held_until"], name="slothold_by_end")]
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
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
                ("secret_hash", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("practitioner",),
                        name="calendarfeed_one_a_clinician",
                    )
                ]
            },
        ),
        Protect("scheduling_calendarfeed"),
        # No history and no events: whoever does not confirm has left nothing here. The wall takes the hold
        # itself for a visitor's chart, so that he sees no other.
        migrations.RunSQL("SELECT audit_wall('scheduling_slothold', 'id')"),
        Grant("scheduling_slothold", "SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(SQL.joinpath("0009_online_holds.sql").read_text()),
    ]
