from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_accounts_grants")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="organization_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(max_length=254, verbose_name="E-mail"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=("email", "organization_id"),
                name="user_email_once_in_a_clinic",
                nulls_distinct=False,
            ),
        ),
    ]
