from django.db import migrations

from osler.foundation.audit.protection import Grant


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Grant("accounts_user", "SELECT, INSERT, UPDATE"),
        Grant("accounts_session", "SELECT, INSERT, UPDATE, DELETE"),
        Grant("accounts_apitoken", "SELECT, INSERT, UPDATE"),
    ]
