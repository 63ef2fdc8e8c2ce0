import apps.foundation.fields
import apps.foundation.ids
import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_keys_belong_to_clients'),
        ('organisation', '0004_ar_prepayments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerAccess',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='partner_access', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('shows_amounts', models.BooleanField(default=False, verbose_name='amounts')),
                ('companies', models.ManyToManyField(blank=True, related_name='partner_accesses', to='organisation.company', verbose_name='companies')),
            ],
            options={
                'verbose_name': "partner's access",
                'verbose_name_plural': "partners' access",
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SharedLink',
            fields=[
                ('reference', apps.foundation.fields.UlidField(default=apps.foundation.ids.new_ulid, editable=False, max_length=26, primary_key=True, serialize=False, verbose_name='reference')),
                ('label', models.CharField(help_text='Who gets the link. It is named so in the audit trail.', max_length=80, verbose_name='for whom')),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('shows_amounts', models.BooleanField(default=False, help_text='When on, whoever has the link sees what failing documents are for.', verbose_name='amounts')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('created_by', models.CharField(editable=False, max_length=150, verbose_name='made by')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shared_links', to='organisation.company', verbose_name='company')),
            ],
            options={
                'verbose_name': 'shared link',
                'verbose_name_plural': 'shared links',
                'ordering': ['-reference'],
                'default_permissions': ('view', 'add', 'change'),
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='access_sharedlink_ends_later'), models.CheckConstraint(condition=models.Q(('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('created_at'), '+', models.Value(datetime.timedelta(days=90))))), name='access_sharedlink_90_days_at_most')],
            },
        ),
    ]
