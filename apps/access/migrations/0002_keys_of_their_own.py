"""A client and its key become two rows, so that a client can have two keys while one takes the other's place.

The old table's primary key is the key's hash, so clients are made anew: keys move to their own table carrying their
client's values, then clients are made from what they carry. 0003 finishes, in a transaction of its own: PostgreSQL
alters no table that has unchecked foreign keys. Backwards, a client keeps its current key, and loses its scopes and
its own limit.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import apps.foundation.fields
import apps.foundation.ids

ROLES = ["integration_admin", "operator", "auditor", "rest_client", "partner"]
OF_THE_KEY = ("id", "prefix", "hashed_key", "created", "last_used_at")
OF_THE_CLIENT = ("reference", "name", "role", "revoked", "expiry_date", "created")


def _insert(model, values):
    """One row with its own `created`: `auto_now_add` would say now."""
    made = model.objects.create(**values)
    if "created" in values:
        model.objects.filter(pk=made.pk).update(created=values["created"])
    return made


def move_keys(apps, schema_editor):
    Old, Key = apps.get_model("access", "ApiClient"), apps.get_model("access", "ApiKey")
    for old in Old.objects.all():
        carried = {name: getattr(old, name) for name in OF_THE_CLIENT if not name.endswith(("date", "created"))}
        carried["companies"] = list(old.companies.values_list("pk", flat=True))
        values = {name: getattr(old, name) for name in OF_THE_KEY}
        _insert(Key, {**values, "carried": carried, "revoked": old.revoked, "expiry_date": old.expiry_date})


def move_keys_back(apps, schema_editor):
    Old, Key = apps.get_model("access", "ApiClient"), apps.get_model("access", "ApiKey")
    for key in Key.objects.all():
        companies = key.carried.pop("companies")
        values = {name: getattr(key, name) for name in OF_THE_KEY}
        made = _insert(Old, {**values, **key.carried, "revoked": key.revoked, "expiry_date": key.expiry_date})
        made.companies.set(companies)


def make_clients(apps, schema_editor):
    Client, Key = apps.get_model("access", "ApiClient"), apps.get_model("access", "ApiKey")
    for key in Key.objects.all():
        companies = key.carried.pop("companies")
        client = Client.objects.create(**key.carried, expiry_date=key.expiry_date, created=key.created)
        client.companies.set(companies)
        # The end was the client's: a key ends when another takes its place.
        Key.objects.filter(pk=key.pk).update(client=client, expiry_date=None)


def unmake_clients(apps, schema_editor):
    Client, Key = apps.get_model("access", "ApiClient"), apps.get_model("access", "ApiKey")
    for client in Client.objects.all():
        keys = Key.objects.filter(client=client)
        kept = keys.order_by("revoked", models.F("expiry_date").desc(nulls_first=True)).first()
        if kept is None:
            continue  # what has no key can't stay: the old table is one of keys
        carried = {name: getattr(client, name) for name in ("reference", "name", "role")}
        carried["companies"] = list(client.companies.values_list("pk", flat=True))
        ends = [end for end in (client.expiry_date, kept.expiry_date) if end]
        keys.exclude(pk=kept.pk).delete()
        keys.update(
            carried=carried, revoked=client.revoked or kept.revoked, expiry_date=min(ends, default=None), client=None
        )


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("organisation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.CharField(editable=False, max_length=150, primary_key=True, serialize=False, unique=True)),
                ("prefix", models.CharField(editable=False, max_length=8, unique=True)),
                ("hashed_key", models.CharField(editable=False, max_length=150)),
                ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("revoked", models.BooleanField(blank=True, default=False, help_text="If the API key is revoked, clients cannot use it anymore. (This cannot be undone.)")),
                ("expiry_date", models.DateTimeField(blank=True, help_text="Once API key expires, clients cannot use it anymore.", null=True, verbose_name="Expires")),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used")),
                ("carried", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["-created", "prefix"],
                "abstract": False,
            },
        ),
        migrations.RunPython(move_keys, move_keys_back),
        migrations.DeleteModel(name="ApiClient"),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("reference", apps.foundation.fields.UlidField(default=apps.foundation.ids.new_ulid, editable=False, max_length=26, primary_key=True, serialize=False, verbose_name="reference")),
                ("name", models.CharField(help_text="What calls the portal, for example your ERP.", max_length=50, verbose_name="name")),
                ("role", models.CharField(choices=[("integration_admin", "Integration admin"), ("operator", "Operator"), ("auditor", "Auditor"), ("rest_client", "REST client"), ("partner", "Partner")], default="rest_client", max_length=24, verbose_name="role")),
                ("scopes", models.CharField(blank=True, help_text="What of its role this client may do. None chosen: everything that the role may.", max_length=400, verbose_name="scopes")),
                ("expiry_date", models.DateTimeField(blank=True, help_text="From then on none of its keys works.", null=True, verbose_name="expires")),
                ("revoked", models.BooleanField(default=False, editable=False, verbose_name="revoked")),
                ("requests_per_minute", models.PositiveIntegerField(blank=True, help_text="More are answered with 429. Empty: the portal's setting, API_REQUESTS_PER_MINUTE.", null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name="requests a minute")),
                ("created", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created")),
                ("companies", models.ManyToManyField(blank=True, help_text="A posting of any other company is not there for this client.", related_name="api_clients", to="organisation.company", verbose_name="companies")),
            ],
            options={
                "verbose_name": "API client",
                "verbose_name_plural": "API clients",
                "ordering": ["name", "reference"],
                "constraints": [models.CheckConstraint(condition=models.Q(("role__in", ROLES)), name="access_apiclient_role_known")],
            },
        ),
        migrations.AddField(
            model_name="apikey",
            name="client",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="access.apiclient", verbose_name="API client"),
        ),
        migrations.RunPython(make_clients, unmake_clients),
    ]
