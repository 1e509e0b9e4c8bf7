from django.db import migrations, models


class Migration(migrations.Migration):
    """Patients whom nobody can name yet; no two of a clinic are called alike."""

    dependencies = [("patients", "0007_matching_walls")]
    operations = [
        migrations.AddField(
            model_name="patient",
            name="is_unidentified",
            field=models.BooleanField(default=False, db_default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                fields=["organization_id", "given"],
                condition=models.Q(is_unidentified=True),
                name="patient_unidentified_name",
            ),
        ),
    ]
