from django.db import migrations

from osler.foundation.audit.protection import Grant

WRITTEN = "SELECT, INSERT, UPDATE, DELETE"
TABLES = [
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
]

SEQUENCES = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
        AND (sequencename LIKE 'account\\_%' OR sequencename LIKE 'mfa\\_%'
             OR sequencename LIKE 'procrastinate\\_%')
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO %I', name, audit_web_role());
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_access_walls"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        *(Grant(table, WRITTEN) for table in TABLES),
        Grant("django_migrations", "SELECT"),
        Grant("django_content_type", "SELECT"),
        migrations.RunSQL(SEQUENCES),
    ]
