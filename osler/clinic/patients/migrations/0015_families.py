from typing import Any

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys
from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect
from osler.foundation.vault.rewriting import laid_open

ONE_GUARANTOR = """
UPDATE patients_relatedperson SET is_guarantor = false
WHERE is_guarantor AND active AND id NOT IN (
    SELECT DISTINCT ON (patient_id) id FROM patients_relatedperson
    WHERE is_guarantor AND active ORDER BY patient_id, updated_at DESC, id DESC)
"""


def leave_one_guarantor(apps: Any, schema_editor: Any) -> None:
    """Who was noted last pays; the others stay contacts."""
    with schema_editor.connection.cursor() as cursor, laid_open(cursor, ["patients_relatedperson"]):
        cursor.execute(ONE_GUARANTOR)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0014_patient_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyMember",
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
                ("family", models.UUIDField(default=osler.kernel.keys.uuid7, editable=False)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("grandparent", "Grandparent"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=11,
                        verbose_name="In the family",
                    ),
                ),
                ("is_protected", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="birth_date",
            field=models.DateField(blank=True, null=True, verbose_name="Birth date"),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="city",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="City"),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="gender",
            field=models.CharField(
                blank=True,
                choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Unknown")],
                default="",
                max_length=8,
                verbose_name="Sex",
            ),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="line",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="Street"),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="postal_code",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="ZIP code"),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="relative",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="related_to",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="state",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="State"),
        ),
        migrations.RunPython(leave_one_guarantor, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True), ("is_guarantor", True)),
                fields=("patient",),
                name="relatedperson_one_guarantor",
            ),
        ),
        migrations.AddField(
            model_name="familymember",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="patients.patient"
            ),
        ),
        migrations.AddIndex(
            model_name="familymember",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["patient"], name="familymember_of_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("organization_id", "family", "patient"),
                name="familymember_once",
            ),
        ),
        Protect("patients_familymember", patient="patient_id"),
        LetFollow("patients_familymember"),
    ]
