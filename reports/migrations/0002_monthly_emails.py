import django.db.models.deletion
import foundation.numbers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Figures and reports that readers are sent each month."""

    dependencies = [
        ('reports', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('figure_detail', 'Figure'), ('report_detail', 'Report')], max_length=20, verbose_name='page')),
                ('of', models.CharField(max_length=60, verbose_name='figure or report')),
                ('query', models.CharField(blank=True, max_length=1000, verbose_name='filter')),
                ('name', models.CharField(blank=True, help_text='For the list of the office; no e-mail says it.', max_length=60, verbose_name='name')),
                ('day', foundation.numbers.NumberField(default=1, help_text='In a shorter month it is sent on the last day.', least=1, most=31, verbose_name='day of the month')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('told_up_to', models.DateField(verbose_name='written up to')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('readers', models.ManyToManyField(related_name='report_subscriptions', to=settings.AUTH_USER_MODEL, verbose_name='readers')),
            ],
            options={
                'verbose_name': 'monthly e-mail about a report',
                'verbose_name_plural': 'monthly e-mails about reports',
                'ordering': ['page', 'of', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('page__in', ['figure_detail', 'report_detail'])), name='report_subscription_page_known'), models.CheckConstraint(condition=models.Q(('of__gt', '')), name='report_subscription_of_something')],
            },
        ),
    ]
