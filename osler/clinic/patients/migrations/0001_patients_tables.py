from pathlib import Path

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import osler.kernel.keys
from django.db import migrations, models


SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(SQL.joinpath("0001_mrn.sql").read_text()),
        migrations.CreateModel(
            name="Patient",
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
                    "mrn",
                    models.CharField(
                        db_default=django.db.models.expressions.RawSQL(
                            "patients_next_mrn()", ()
                        ),
                        editable=False,
                        max_length=20,
                        verbose_name="MRN",
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "given",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="Given names",
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="Family name",
                    ),
                ),
                (
                    "suffix",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="Suffix"
                    ),
                ),
                (
                    "name_used",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="Name in use",
                    ),
                ),
                (
                    "birth_date",
                    models.DateField(blank=True, null=True, verbose_name="Birth date"),
                ),
                ("birth_date_estimated", models.BooleanField(default=False)),
                (
                    "gender",
                    models.CharField(
                        choices=[
                            ("female", "Female"),
                            ("male", "Male"),
                            ("other", "Other"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=8,
                        verbose_name="Sex",
                    ),
                ),
                (
                    "gender_identity",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=100,
                        verbose_name="Gender identity",
                    ),
                ),
                (
                    "pronouns",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="Pronouns"
                    ),
                ),
                ("deceased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "marital_status",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=8,
                        verbose_name="Marital status",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True, default="en", max_length=12, verbose_name="Language"
                    ),
                ),
                (
                    "needs_interpreter",
                    models.BooleanField(
                        default=False, verbose_name="Needs an interpreter"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="Phone"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="E-mail"
                    ),
                ),
                (
                    "contact_by",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("phone", "Phone call"),
                            ("none", "Do not contact"),
                        ],
                        default="email",
                        max_length=8,
                        verbose_name="Reach by",
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="Street"
                    ),
                ),
                (
                    "city",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="City"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="State"
                    ),
                ),
                (
                    "postal_code",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="ZIP code"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organization_id", "family", "given", "id"],
                        name="patient_by_name",
                    ),
                    models.Index(
                        fields=["organization_id", "birth_date"],
                        name="patient_by_birth_date",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "mrn"), name="patient_mrn_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_date", None),
                            ("birth_date__gte", datetime.date(1850, 1, 1)),
                            _connector="OR",
                        ),
                        name="patient_birth_date_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
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
                ("text", models.CharField(max_length=200, verbose_name="Alert")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Inactive"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flags",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RelatedPerson",
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
                ("name", models.CharField(max_length=300, verbose_name="Name")),
                (
                    "relationship",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=40,
                        verbose_name="Relationship",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="Phone"
                    ),
                ),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("is_emergency_contact", models.BooleanField(default=False)),
                ("is_guarantor", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related_people",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SearchToken",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "kind",
                        "token",
                        "patient_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.UUIDField()),
                ("kind", models.CharField(max_length=1)),
                ("token", models.CharField(db_collation="C", max_length=200)),
                ("patient_id", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient_id"], name="searchtoken_by_patient")
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientIdentifier",
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
                ("system", models.CharField(max_length=200)),
                ("value", models.CharField(max_length=200)),
                ("type_code", models.CharField(blank=True, default="", max_length=20)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifiers",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "system", "value"),
                        name="patientidentifier_one_patient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        name="patientidentifier_not_empty",
                    ),
                ],
            },
        ),
    ]
