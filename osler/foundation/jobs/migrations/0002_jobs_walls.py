from django.db import migrations

from osler.foundation.audit.protection import Wall


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_jobs_tables"), ("audit", "0001_audit_tables")]
    operations = [
        Wall("jobs_outboxevent", "SELECT, INSERT, UPDATE"),
        Wall("jobs_idempotencykey", "SELECT, INSERT, UPDATE, DELETE"),
    ]
