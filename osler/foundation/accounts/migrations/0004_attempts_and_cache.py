from django.db import migrations, models

from osler.foundation.audit.protection import Grant

# Earlier versions counted failures in a library's tables, with the addresses in plain text.
LEFT_OVER = ("accesslog", "accessfailurelog", "accessattemptexpiration", "accessattempt")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_account_of_a_clinic")]
    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("tries", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("latest_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["latest_at"], name="attempt_by_latest")]},
        ),
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["expires_at"], name="cacheentry_by_expiry")]},
        ),
        Grant("accounts_attempt", "SELECT, INSERT, UPDATE, DELETE"),
        Grant("accounts_cacheentry", "SELECT, INSERT, UPDATE, DELETE"),
        *(migrations.RunSQL(f"DROP TABLE IF EXISTS axes_{table}") for table in LEFT_OVER),
    ]
