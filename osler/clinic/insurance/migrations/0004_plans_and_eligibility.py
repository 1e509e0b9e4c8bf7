import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import osler.kernel.keys


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0003_follow_merges"),
        ("patients", "0015_families"),
    ]

    operations = [
        migrations.AddField(
            model_name="coverage",
            name="subscriber_patient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dependents",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="coverage",
            name="subscriber_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.relatedperson",
            ),
        ),
        migrations.CreateModel(
            name="EligibilityCheck",
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
                ("service_on", models.DateField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("added", "The card was noted"),
                            ("visit", "A visit comes"),
                            ("asked", "Somebody asked"),
                        ],
                        max_length=5,
                    ),
                ),
                ("effect_key", models.CharField(max_length=100)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "To be asked"),
                            ("sent", "Asked"),
                            ("answered", "Answered"),
                            ("failed", "No answer"),
                            ("superseded", "Asked anew"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=40)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("active", "Active"),
                            ("inactive", "Not active"),
                            ("unknown-member", "Not known"),
                            ("other-birth-date", "Other birth date"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("covered_from", models.DateField(blank=True, null=True)),
                ("covered_until", models.DateField(blank=True, null=True)),
                ("plan_words", models.CharField(blank=True, default="", max_length=200)),
                ("primary_care", models.CharField(blank=True, default="", max_length=200)),
                ("copay_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                (
                    "deductible_left_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                (
                    "coinsurance_percent",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("answer_sealed", models.BinaryField(default=b"")),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="insurance.coverage",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InsurancePlan",
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
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("HM", "HMO"),
                            ("12", "PPO"),
                            ("13", "Point of service"),
                            ("14", "EPO"),
                            ("CI", "Other commercial"),
                            ("MB", "Medicare Part B"),
                            ("16", "Medicare Advantage"),
                            ("MC", "Medicaid"),
                            ("CH", "Military (TRICARE)"),
                            ("VA", "Veterans"),
                            ("WC", "Workers' compensation"),
                            ("09", "Self-pay"),
                            ("ZZ", "Other"),
                        ],
                        default="ZZ",
                        max_length=2,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "office_copay_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                (
                    "specialist_copay_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                (
                    "laboratory_copay_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                ("needs_referral", models.BooleanField(default=False)),
                ("needs_authorization", models.BooleanField(default=False)),
                ("phone", models.CharField(blank=True, default="", max_length=40, verbose_name="Phone")),
                ("claims_number", models.CharField(blank=True, default="", max_length=40)),
                ("eligibility_number", models.CharField(blank=True, default="", max_length=40)),
                ("active", models.BooleanField(default=True)),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="insurance.payer",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="coverage",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coverages",
                to="insurance.insuranceplan",
            ),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subscriber_patient", None), ("subscriber_person", None), _connector="OR"
                ),
                name="coverage_one_subscriber",
            ),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("relationship", "self"), _negated=True),
                    models.Q(("subscriber_patient", None), ("subscriber_person", None)),
                    _connector="OR",
                ),
                name="coverage_own_has_no_other_subscriber",
            ),
        ),
        migrations.AddIndex(
            model_name="eligibilitycheck",
            index=models.Index(fields=["coverage", "-id"], name="eligibilitycheck_of_coverage"),
        ),
        migrations.AddIndex(
            model_name="eligibilitycheck",
            index=models.Index(
                condition=models.Q(("status__in", ["queued", "sent"])),
                fields=["organization_id", "id"],
                name="eligibilitycheck_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitycheck",
            constraint=models.UniqueConstraint(
                fields=("organization_id", "effect_key"), name="eligibilitycheck_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitycheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["queued", "sent"])),
                fields=("coverage",),
                name="eligibilitycheck_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("status", "answered"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "answered"), _negated=True),
                        ("answered_at", None),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="eligibilitycheck_answer_has_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("copay_amount", None), ("copay_amount__gte", 0), _connector="OR"),
                    models.Q(
                        ("deductible_left_amount", None), ("deductible_left_amount__gte", 0), _connector="OR"
                    ),
                    models.Q(
                        ("coinsurance_percent", None),
                        models.Q(("coinsurance_percent__gte", 0), ("coinsurance_percent__lte", 100)),
                        _connector="OR",
                    ),
                ),
                name="eligibilitycheck_amounts_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="insuranceplan",
            constraint=models.UniqueConstraint(
                fields=("organization_id", "payer", "name"), name="insuranceplan_name_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="insuranceplan",
            constraint=models.UniqueConstraint(fields=("id", "payer"), name="insuranceplan_of_payer"),
        ),
        migrations.AddConstraint(
            model_name="insuranceplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("office_copay_amount", None), ("office_copay_amount__gte", 0), _connector="OR"),
                    models.Q(
                        ("specialist_copay_amount", None),
                        ("specialist_copay_amount__gte", 0),
                        _connector="OR",
                    ),
                    models.Q(
                        ("laboratory_copay_amount", None),
                        ("laboratory_copay_amount__gte", 0),
                        _connector="OR",
                    ),
                ),
                name="insuranceplan_copays_not_negative",
            ),
        ),
    ]
