from django.db import migrations


class Migration(migrations.Migration):
    """What became of hours, prices and the like is found without reading what patients were shown."""

    dependencies = [("audit", "0006_closed_paths")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX audit_event_of_house ON audit_event (organization_id, entity, entity_id)"
            " WHERE patient_id IS NULL AND action IN ('C', 'U')",
            "DROP INDEX audit_event_of_house",
        )
    ]
