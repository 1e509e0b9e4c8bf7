import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import osler.kernel.keys
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_directory_tables"),
        ("patients", "0001_patients_tables"),
        ("scheduling", "0001_scheduling_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Encounter",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("arrived", "Arrived"),
                            ("triaged", "Triaged"),
                            ("in-progress", "In progress"),
                            ("onleave", "On leave"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="arrived",
                        max_length=20,
                    ),
                ),
                (
                    "class_code",
                    models.CharField(blank=True, default="AMB", max_length=20),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="encounter",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.location",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DiagnosticReport",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("partial", "Partial"),
                            ("preliminary", "Entered"),
                            ("final", "Final"),
                            ("amended", "Amended"),
                            ("corrected", "Corrected"),
                            ("appended", "Appended"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="preliminary",
                        max_length=20,
                    ),
                ),
                ("category", models.CharField(blank=True, default="", max_length=40)),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("is_abnormal", models.BooleanField(default=False)),
                ("is_critical", models.BooleanField(default=False)),
                ("conclusion", models.TextField(blank=True, default="")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledgement",
                    models.CharField(blank=True, default="", max_length=500),
                ),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="records.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Condition",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("problem-list-item", "Problem"),
                            ("encounter-diagnosis", "Diagnosis of the visit"),
                        ],
                        default="problem-list-item",
                        max_length=40,
                    ),
                ),
                (
                    "clinical_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("active", "Active"),
                            ("recurrence", "Recurrence"),
                            ("relapse", "Relapse"),
                            ("inactive", "Inactive"),
                            ("remission", "Remission"),
                            ("resolved", "Resolved"),
                            ("", "-"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                (
                    "verification_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unconfirmed", "Unconfirmed"),
                            ("provisional", "Provisional"),
                            ("differential", "Differential"),
                            ("confirmed", "Confirmed"),
                            ("refuted", "Refuted"),
                            ("entered-in-error", "Entered in error"),
                            ("", "-"),
                        ],
                        default="confirmed",
                        max_length=20,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("abated_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="records.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClinicalNote",
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
                            ("preliminary", "Draft"),
                            ("final", "Signed"),
                            ("amended", "Amended"),
                            ("entered-in-error", "Entered in error"),
                        ],
                        default="preliminary",
                        max_length=20,
                    ),
                ),
                ("type_code", models.CharField(default="11506-3", max_length=20)),
                ("title", models.CharField(default="Progress note", max_length=200)),
                (
                    "subjective",
                    models.TextField(blank=True, default="", verbose_name="Subjective"),
                ),
                (
                    "objective",
                    models.TextField(blank=True, default="", verbose_name="Objective"),
                ),
                (
                    "assessment",
                    models.TextField(blank=True, default="", verbose_name="Assessment"),
                ),
                ("plan", models.TextField(blank=True, default="", verbose_name="Plan")),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "amends",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="records.clinicalnote",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="records.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CarePlan",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                ("status", models.CharField(default="active", max_length=20)),
                ("description", models.TextField(blank=True, default="")),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AllergyIntolerance",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("medication", "Medication"),
                            ("food", "Food"),
                            ("environment", "Environment"),
                            ("biologic", "Biologic"),
                            ("", "-"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "criticality",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low risk"),
                            ("high", "High risk"),
                            ("unable-to-assess", "Not assessed"),
                            ("", "-"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "clinical_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Inactive"),
                            ("resolved", "Resolved"),
                            ("", "-"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                (
                    "verification_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unconfirmed", "Unconfirmed"),
                            ("confirmed", "Confirmed"),
                            ("refuted", "Refuted"),
                            ("entered-in-error", "Entered in error"),
                            ("", "-"),
                        ],
                        default="confirmed",
                        max_length=20,
                    ),
                ),
                ("reaction", models.CharField(blank=True, default="", max_length=300)),
                ("severity", models.CharField(blank=True, default="", max_length=10)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.encounter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Immunization",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                ("status", models.CharField(default="completed", max_length=20)),
                ("occurred_at", models.DateTimeField(blank=True, null=True)),
                ("lot_number", models.CharField(blank=True, default="", max_length=40)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MedicationRequest",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("on-hold", "On hold"),
                            ("stopped", "Stopped"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("intent", models.CharField(default="order", max_length=20)),
                (
                    "ingredient",
                    models.CharField(blank=True, default="", max_length=200),
                ),
                (
                    "sig",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=500,
                        verbose_name="Directions",
                    ),
                ),
                ("route", models.CharField(blank=True, default="", max_length=60)),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True
                    ),
                ),
                (
                    "quantity_unit",
                    models.CharField(blank=True, default="", max_length=40),
                ),
                ("refills", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("authored_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stop_reason",
                    models.CharField(blank=True, default="", max_length=300),
                ),
                (
                    "override_reason",
                    models.CharField(blank=True, default="", max_length=300),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriptions",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MedicationStatement",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Taking"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                            ("entered-in-error", "Entered in error"),
                            ("intended", "Intended"),
                            ("on-hold", "On hold"),
                            ("unknown", "Unknown"),
                            ("not-taken", "Not taken"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                (
                    "ingredient",
                    models.CharField(blank=True, default="", max_length=200),
                ),
                (
                    "sig",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=500,
                        verbose_name="Directions",
                    ),
                ),
                ("recorded_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                ("unit", models.CharField(blank=True, default="", max_length=40)),
                ("value_text", models.TextField(blank=True, default="")),
                (
                    "interpretation",
                    models.CharField(blank=True, default="", max_length=8),
                ),
                (
                    "range_low",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                (
                    "range_high",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("preliminary", "Preliminary"),
                            ("final", "Final"),
                            ("amended", "Amended"),
                            ("corrected", "Corrected"),
                            ("cancelled", "Cancelled"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="final",
                        max_length=20,
                    ),
                ),
                ("category", models.CharField(blank=True, default="", max_length=40)),
                ("effective_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="records.diagnosticreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObservationComponent",
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
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                ("unit", models.CharField(blank=True, default="", max_length=40)),
                ("value_text", models.TextField(blank=True, default="")),
                (
                    "interpretation",
                    models.CharField(blank=True, default="", max_length=8),
                ),
                (
                    "range_low",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                (
                    "range_high",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=20, null=True
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "observation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="records.observation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Procedure",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                ("status", models.CharField(default="completed", max_length=20)),
                ("performed_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceRequest",
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
                ("system", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=100)),
                ("display", models.CharField(blank=True, default="", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Ordered"),
                            ("on-hold", "On hold"),
                            ("revoked", "Revoked"),
                            ("completed", "Completed"),
                            ("entered-in-error", "Entered in error"),
                            ("unknown", "Unknown"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("intent", models.CharField(default="order", max_length=20)),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("laboratory", "Laboratory"),
                            ("imaging", "Imaging"),
                            ("referral", "Referral"),
                            ("follow-up", "Follow-up"),
                            ("", "-"),
                        ],
                        default="laboratory",
                        max_length=20,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("routine", "Routine"),
                            ("urgent", "Urgent"),
                            ("asap", "As soon as possible"),
                            ("stat", "Immediately"),
                        ],
                        default="routine",
                        max_length=10,
                    ),
                ),
                ("authored_at", models.DateTimeField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("collected_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "revoke_reason",
                    models.CharField(blank=True, default="", max_length=300),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "encounter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="records.encounter",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.practitioner",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="diagnosticreport",
            name="order",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="records.servicerequest",
            ),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                fields=["organization_id", "patient", "-started_at"],
                name="encounter_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="encounter",
            index=models.Index(
                fields=["organization_id", "-started_at", "id"],
                name="encounter_by_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="encounter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    ("started_at", None),
                    ("finished_at__gte", models.F("started_at")),
                    _connector="OR",
                ),
                name="encounter_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(
                fields=["organization_id", "patient", "clinical_status"],
                name="condition_of_patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("rank__isnull", False),
                    models.Q(
                        ("verification_status", "entered-in-error"), _negated=True
                    ),
                ),
                fields=("encounter", "rank"),
                name="condition_rank_unique_in_encounter",
            ),
        ),
        migrations.AddIndex(
            model_name="clinicalnote",
            index=models.Index(
                fields=["organization_id", "patient", "-created_at"],
                name="note_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="clinicalnote",
            index=models.Index(
                condition=models.Q(("status", "preliminary")),
                fields=["organization_id", "author"],
                name="note_unsigned",
            ),
        ),
        migrations.AddConstraint(
            model_name="clinicalnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "preliminary"),
                    ("status", "entered-in-error"),
                    models.Q(
                        ("signed_at__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="clinicalnote_signed_has_signature",
            ),
        ),
        migrations.AddIndex(
            model_name="careplan",
            index=models.Index(
                fields=["organization_id", "patient"], name="careplan_of_patient"
            ),
        ),
        migrations.AddIndex(
            model_name="allergyintolerance",
            index=models.Index(
                fields=["organization_id", "patient"], name="allergy_of_patient"
            ),
        ),
        migrations.AddIndex(
            model_name="immunization",
            index=models.Index(
                fields=["organization_id", "patient", "-occurred_at"],
                name="immunization_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="medicationrequest",
            index=models.Index(
                fields=["organization_id", "patient", "status"],
                name="prescription_of_patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity", None), ("quantity__gt", 0), _connector="OR"
                ),
                name="medicationrequest_quantity_positive",
            ),
        ),
        migrations.AddIndex(
            model_name="medicationstatement",
            index=models.Index(
                fields=["organization_id", "patient", "status"],
                name="statement_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(
                fields=["organization_id", "patient", "category", "-effective_at"],
                name="observation_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(
                fields=["organization_id", "patient", "code", "-effective_at"],
                name="observation_by_code",
            ),
        ),
        migrations.AddIndex(
            model_name="procedure",
            index=models.Index(
                fields=["organization_id", "patient", "-performed_at"],
                name="procedure_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                fields=["organization_id", "patient", "-authored_at"],
                name="order_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("status", "active")),
                fields=["organization_id", "category", "authored_at"],
                name="order_open",
            ),
        ),
        migrations.AddIndex(
            model_name="diagnosticreport",
            index=models.Index(
                fields=["organization_id", "patient", "-effective_at"],
                name="report_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="diagnosticreport",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None), ("owner__isnull", False)),
                fields=["organization_id", "owner", "issued_at"],
                name="report_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosticreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("order", None),
                    models.Q(("status", "final"), _negated=True),
                    ("owner__isnull", False),
                    _connector="OR",
                ),
                name="diagnosticreport_final_has_owner",
            ),
        ),
    ]
