from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import osler.kernel.keys
from osler.clinic.patients.following import LetFollow
from osler.foundation.audit.protection import Protect

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0011_identifier_types"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskPage",
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
                ("edition", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("current", "In force"), ("former", "Former")],
                        default="draft",
                        max_length=7,
                    ),
                ),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeskSection",
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
                ("key", models.SlugField(max_length=40)),
                ("title", models.CharField(blank=True, default="", max_length=100, verbose_name="Title")),
                (
                    "title_es",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="Title in Spanish"),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="Position")),
                (
                    "is_folded",
                    models.BooleanField(default=False, verbose_name="Folded until somebody opens it"),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="patients.deskpage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnField",
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
                ("key", models.SlugField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("choice", "One of several"),
                            ("boolean", "Yes or no"),
                        ],
                        default="text",
                        max_length=7,
                        verbose_name="Kind",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "key"), name="ownfield_one_of_a_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskField",
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
                ("name", models.SlugField()),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="Position")),
                (
                    "is_beside",
                    models.BooleanField(default=False, verbose_name="Stands beside the field before it"),
                ),
                ("at_registration", models.BooleanField(default=True, verbose_name="Shown at registration")),
                (
                    "at_amendment",
                    models.BooleanField(default=True, verbose_name="Shown when a patient is changed"),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="Required")),
                ("label", models.CharField(blank=True, default="", max_length=100, verbose_name="Label")),
                (
                    "label_es",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="Label in Spanish"),
                ),
                ("hint", models.CharField(blank=True, default="", max_length=200, verbose_name="Hint")),
                (
                    "hint_es",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="Hint in Spanish"),
                ),
                (
                    "options",
                    models.TextField(
                        blank=True, default="", max_length=4000, verbose_name="Answers to choose from"
                    ),
                ),
                ("shape", models.CharField(blank=True, default="", max_length=100, verbose_name="Format")),
                (
                    "shape_words",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="The format in words"
                    ),
                ),
                (
                    "shape_words_es",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="The format in words, in Spanish"
                    ),
                ),
                ("least", models.PositiveIntegerField(blank=True, null=True, verbose_name="At least")),
                ("most", models.PositiveIntegerField(blank=True, null=True, verbose_name="At most")),
                (
                    "default",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="Begins with"),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields",
                        to="patients.deskpage",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields",
                        to="patients.desksection",
                    ),
                ),
                (
                    "own",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.ownfield",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnValue",
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
                ("text", models.CharField(max_length=500, null=True)),
                ("number", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ("day", models.DateField(null=True)),
                ("is_so", models.BooleanField(null=True)),
                ("is_current", models.BooleanField(default=True)),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.ownfield"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_values",
                        to="patients.patient",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="deskpage",
            constraint=models.UniqueConstraint(
                fields=("organization_id", "edition"), name="deskpage_edition_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "current")),
                fields=("organization_id",),
                name="deskpage_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft")),
                fields=("organization_id",),
                name="deskpage_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="deskpage_says_who_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksection",
            constraint=models.UniqueConstraint(fields=("page", "key"), name="desksection_one_of_a_key"),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.UniqueConstraint(fields=("page", "name"), name="deskfield_one_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name__in", ("given", "family")), _negated=True),
                    models.Q(("at_amendment", True), ("at_registration", True)),
                    _connector="OR",
                ),
                name="deskfield_names_stay",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", "family"), _negated=True), ("is_required", True), _connector="OR"
                ),
                name="deskfield_family_required",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_required", False), ("at_registration", True), _connector="OR"),
                name="deskfield_required_is_shown",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least", None), ("most", None), ("least__lte", models.F("most")), _connector="OR"
                ),
                name="deskfield_range_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("own", None), models.Q(("label", ""), _negated=True), _connector="OR"),
                name="deskfield_own_has_label",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("patient", "field"),
                name="ownvalue_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day", None), ("is_so", None), ("number", None), ("text__isnull", False)),
                    models.Q(("day", None), ("is_so", None), ("number__isnull", False), ("text", None)),
                    models.Q(("day__isnull", False), ("is_so", None), ("number", None), ("text", None)),
                    models.Q(("day", None), ("is_so__isnull", False), ("number", None), ("text", None)),
                    _connector="OR",
                ),
                name="ownvalue_says_one_thing",
            ),
        ),
        Protect("patients_deskpage", erasable=True),
        Protect("patients_desksection", erasable=True),
        Protect("patients_deskfield", erasable=True),
        Protect("patients_ownfield"),
        Protect("patients_ownvalue", patient="patient_id"),
        LetFollow("patients_ownvalue"),
        migrations.RunSQL(SQL.joinpath("0009_desk_page.sql").read_text()),
    ]
