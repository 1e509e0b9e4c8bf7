from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_directory_walls"),
        ("patients", "0004_searchtoken_of_patient"),
        ("records", "0005_encounter_is_long"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(fields=["organization_id", "recorder", "-id"], name="condition_of_recorder"),
        ),
    ]
