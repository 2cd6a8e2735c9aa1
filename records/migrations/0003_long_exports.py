from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Long lists are made as files by the worker, beside the archives of everything."""

    dependencies = [
        ('records', '0002_plain_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='export',
            options={'ordering': ['-id'], 'verbose_name': 'archive or long export', 'verbose_name_plural': 'archives and long exports'},
        ),
        migrations.RemoveConstraint(
            model_name='export',
            name='export_one_at_a_time',
        ),
        migrations.RemoveConstraint(
            model_name='export',
            name='export_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='export',
            name='export_says_why',
        ),
        migrations.AddField(
            model_name='export',
            name='address',
            field=models.CharField(blank=True, max_length=8000, verbose_name='address'),
        ),
        migrations.AddField(
            model_name='export',
            name='ending',
            field=models.CharField(blank=True, max_length=10, verbose_name='form'),
        ),
        migrations.AddField(
            model_name='export',
            name='language',
            field=models.CharField(blank=True, max_length=5, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='export',
            name='scope',
            field=models.CharField(blank=True, max_length=64, verbose_name='rights'),
        ),
        migrations.AddField(
            model_name='export',
            name='table',
            field=models.CharField(blank=True, max_length=80, verbose_name='list'),
        ),
        migrations.AlterField(
            model_name='export',
            name='reason',
            field=models.TextField(blank=True, max_length=2000, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='export',
            name='state',
            field=models.CharField(choices=[('under_way', 'Being made'), ('ready', 'Ready to be downloaded'), ('failed', 'Failed'), ('deleted', 'Deleted'), ('cancelled', 'Cancelled')], default='under_way', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(condition=models.Q(('address', ''), ('state', 'under_way')), fields=('state',), name='export_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['under_way', 'ready', 'failed', 'deleted', 'cancelled'])), name='export_state_known'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('address', ''), _negated=True), _connector='OR'), name='export_says_why'),
        ),
    ]
