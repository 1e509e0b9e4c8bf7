from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import osler.kernel.keys
from osler.foundation.audit.protection import Protect, Wall

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_directory_walls"),
        ("patients", "0010_merging"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentifierType",
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
                ("name", models.CharField(max_length=100, verbose_name="Name")),
                (
                    "name_es",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="Name in Spanish"),
                ),
                ("system", models.CharField(max_length=200, verbose_name="System")),
                (
                    "type_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Other number"),
                            ("MR", "Medical record number"),
                            ("PI", "Internal number of a facility"),
                            ("DL", "Driver's license (sealed)"),
                            ("PPN", "Passport (sealed)"),
                            ("SS", "Social security number (sealed)"),
                            ("NI", "National number (sealed)"),
                            ("MB", "Member number of a payer (sealed)"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="Kind",
                    ),
                ),
                ("shape", models.CharField(blank=True, default="", max_length=100, verbose_name="Format")),
                (
                    "check_digit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("luhn", "Luhn (mod 10)"),
                            ("verhoeff", "Verhoeff"),
                            ("mod-11-2", "Mod 11 (ISO 7064 MOD 11-2, may end in X)"),
                            ("mod-97-10", "Mod 97 (ISO 7064 MOD 97-10, two digits)"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="Check digit",
                    ),
                ),
                (
                    "asked",
                    models.CharField(
                        choices=[
                            ("no", "Not asked"),
                            ("offered", "Asked, may stay empty"),
                            ("required", "Required"),
                        ],
                        default="no",
                        max_length=8,
                        verbose_name="At registration",
                    ),
                ),
                ("is_single", models.BooleanField(default=True, verbose_name="A patient has only one")),
                ("is_allotted", models.BooleanField(default=False, verbose_name="The clinic allots it")),
                ("active", models.BooleanField(default=True)),
            ],
        ),
        migrations.AddField(
            model_name="patientidentifier",
            name="is_sole",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name="patientidentifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_sole", True)),
                fields=("patient", "system"),
                name="patientidentifier_one_of_a_kind",
            ),
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                (
                    "kind",
                    models.OneToOneField(
                        db_column="type_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="patients.identifiertype",
                    ),
                ),
                (
                    "organization_id",
                    models.UUIDField(
                        db_default=django.db.models.expressions.RawSQL(
                            "(nullif(current_setting('app.org', true), ''))::uuid", ()
                        )
                    ),
                ),
                ("last_number", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="identifiertype",
            name="location",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.location",
                verbose_name="Facility",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifiertype",
            constraint=models.UniqueConstraint(
                fields=("organization_id", "system"), name="identifiertype_system_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="identifiertype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True), models.Q(("system", ""), _negated=True)
                ),
                name="identifiertype_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifiertype",
            constraint=models.CheckConstraint(
                condition=models.Q(("system", "urn:osler:mrn"), _negated=True),
                name="identifiertype_not_our_mrn",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifiertype",
            constraint=models.CheckConstraint(
                condition=models.Q(("shape", django.db.models.functions.text.Upper("shape"))),
                name="identifiertype_shape_in_capitals",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifiertype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_allotted", False),
                    models.Q(models.Q(("shape", ""), _negated=True), ("asked", "no"), ("is_single", True)),
                    _connector="OR",
                ),
                name="identifiertype_allotted_by_shape",
            ),
        ),
        Protect("patients_identifiertype"),
        Wall("patients_numbercounter", "SELECT"),
        migrations.RunSQL(SQL.joinpath("0008_identifier_types.sql").read_text()),
    ]
