from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_before"),
        ("scheduling", "0012_series"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="precedes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="preceded_by",
                to="scheduling.appointment",
            ),
        ),
        migrations.RunSQL(SQL.joinpath("0007_before.sql").read_text()),
    ]
