import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from osler.foundation.audit.protection import Grant


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_audit_tables")]
    operations = [
        migrations.CreateModel(
            name="CodeSetVersion",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("edition", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("code", models.CharField(db_collation="C", max_length=8, primary_key=True, serialize=False)),
                ("display", models.CharField(max_length=400)),
                ("parent_code", models.CharField(blank=True, default="", max_length=8)),
                ("is_billable", models.BooleanField()),
                ("weight", models.SmallIntegerField(default=0)),
                ("lay_words", models.TextField(blank=True, default="")),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="diagnosis_by_words")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(db_collation="C", max_length=60, primary_key=True, serialize=False)),
                ("uses", models.IntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="searchword_by_trigram", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        Grant("terminology_codesetversion", "SELECT"),
        Grant("terminology_diagnosis", "SELECT"),
        Grant("terminology_searchword", "SELECT"),
    ]
