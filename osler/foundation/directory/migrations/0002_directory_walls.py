from django.db import migrations

from osler.foundation.audit.protection import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_directory_tables"),
        ("audit", "0001_audit_tables"),
    ]
    operations = [
        Protect("directory_organization"),
        Protect("directory_location"),
        Protect("directory_practitioner"),
        Protect("directory_practitionerrole"),
        Protect("directory_healthcareservice"),
    ]
