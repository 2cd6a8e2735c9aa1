"""Acts on flags remember what stood before them, so that who has just acted can undo it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Acts on flags keep what stood before them, so that they can be undone."""

    dependencies = [
        ('flags', '0002_plain_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='flagact',
            name='flag_act_known',
        ),
        migrations.AddField(
            model_name='flagact',
            name='before',
            field=models.JSONField(default=dict, editable=False, verbose_name='before'),
        ),
        migrations.AlterField(
            model_name='flagact',
            name='act',
            field=models.CharField(choices=[('acknowledge', 'Acknowledged'), ('snooze', 'Snoozed'), ('assign', 'Assigned'), ('escalate', 'Escalated'), ('reopen', 'Opened again'), ('worsen', 'Got worse'), ('resolve', 'Resolved'), ('undo', 'Undone')], max_length=12, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='flagact',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['acknowledge', 'snooze', 'assign', 'escalate', 'reopen', 'worsen', 'resolve', 'undo'])), name='flag_act_known'),
        ),
    ]
