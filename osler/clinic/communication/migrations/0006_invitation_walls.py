from django.db import migrations

from osler.foundation.audit.protection import Protect


class Migration(migrations.Migration):
    dependencies = [("communication", "0005_invitation_table"), ("audit", "0001_audit_tables")]
    operations = [Protect("communication_invitation", patient="patient_id")]
