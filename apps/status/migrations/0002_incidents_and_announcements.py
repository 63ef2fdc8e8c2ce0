import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0004_ar_prepayments'),
        ('status', '0001_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('incident', 'Incident'), ('maintenance', 'Maintenance'), ('announcement', 'Announcement')], default='incident', max_length=16, verbose_name='kind')),
                ('severity', models.CharField(choices=[('none', 'Documents flow'), ('delay', 'Documents are delayed'), ('stop', 'No documents flow')], default='none', help_text='While it lasts, the status pages of its companies say no better than this.', max_length=8, verbose_name='what it means')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('text', models.TextField(help_text='For people outside. No names, no amounts, no technical details.', verbose_name='text')),
                ('starts_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='starts')),
                ('ends_at', models.DateTimeField(blank=True, help_text='Empty: it lasts until somebody enters an end.', null=True, verbose_name='ends')),
                ('all_companies', models.BooleanField(default=True, verbose_name='for all companies')),
                ('is_published', models.BooleanField(default=False, help_text='Switched off, nobody outside sees it.', verbose_name='published')),
                ('companies', models.ManyToManyField(blank=True, help_text='Where it is not for all companies: only readers of these see it.', related_name='notices', to='organisation.company', verbose_name='companies')),
            ],
            options={
                'verbose_name': 'incident or announcement',
                'verbose_name_plural': 'incidents and announcements',
                'ordering': ['-starts_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='NoticeUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('text', models.TextField(verbose_name='text')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='status.notice', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'update',
                'verbose_name_plural': 'updates',
                'ordering': ['written_at', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['incident', 'maintenance', 'announcement'])), name='status_notice_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['none', 'delay', 'stop'])), name='status_notice_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='status_notice_ends_later'),
        ),
    ]
