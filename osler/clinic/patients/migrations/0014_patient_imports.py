from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys
from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0013_patient_photos"),
        ("audit", "0001_audit_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientImport",
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
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("row_count", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=4)),
                ("read_as", models.CharField(blank=True, default="", max_length=60)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Columns to assign"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("started_by", models.UUIDField(blank=True, null=True)),
                ("started_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization_id", "digest"], name="patientimport_by_digest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="patientimport_done_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportContent",
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
                ("said_sealed", models.BinaryField()),
                ("sample_sealed", models.BinaryField()),
                (
                    "patient_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content",
                        to="patients.patientimport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_import_id",
                        "number",
                        blank=True,
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
                ("number", models.PositiveIntegerField()),
                (
                    "fate",
                    models.CharField(
                        choices=[
                            ("created", "Registered"),
                            ("known", "Known already"),
                            ("amended", "Completed"),
                            ("held", "To decide"),
                            ("same", "Same person, left out"),
                            ("apart", "Another person, registered"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_id", models.UUIDField(null=True)),
                ("like_id", models.UUIDField(null=True)),
                ("like_number", models.PositiveIntegerField(null=True)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
                ("is_almost_certain", models.BooleanField(default=False)),
                ("levels", models.CharField(blank=True, default="", max_length=400)),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("notes", models.CharField(blank=True, default="", max_length=300)),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "patient_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="patients.patientimport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient_import", "fate", "number"], name="importrow_by_fate"),
                    models.Index(fields=["made_id"], name="importrow_of_patient"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fate__in", ["same", "apart"]), _negated=True),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="importrow_decided_when",
                    )
                ],
            },
        ),
        Protect("patients_patientimport"),
        migrations.RunSQL(SQL.joinpath("0014_patient_imports.sql").read_text()),
    ]
