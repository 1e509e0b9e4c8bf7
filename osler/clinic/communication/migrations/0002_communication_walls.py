from django.db import migrations

from osler.foundation.audit.protection import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("communication", "0001_communication_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("communication_thread", patient="patient_id"),
        Protect("communication_message", patient="patient_id"),
        Protect("communication_notice", patient="patient_id"),
    ]
