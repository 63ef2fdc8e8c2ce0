import django.db.models.deletion
from django.db import migrations, models

SCOPE = "(postings:read|postings:submit|postings:act|messages:read|organisation:read|master_data:read|master_data:write|status:read|synchronisations:run|connection:test)"


class Migration(migrations.Migration):
    dependencies = [("access", "0002_keys_of_their_own")]

    operations = [
        migrations.RemoveField(model_name="apikey", name="carried"),
        migrations.AlterField(
            model_name="apikey",
            name="client",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="access.apiclient", verbose_name="API client"),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes", ""), ("scopes__regex", f"^{SCOPE}( {SCOPE})*$"), _connector="OR"),
                name="access_apiclient_scopes_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("requests_per_minute__isnull", True), ("requests_per_minute__gt", 0), _connector="OR"),
                name="access_apiclient_rate_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("expiry_date__isnull", True), ("revoked", False)), fields=("client",), name="access_apikey_one_current"
            ),
        ),
    ]
