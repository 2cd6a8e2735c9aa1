from django.db import migrations, models
from django.db.models import F


def tell_how_it_was(apps, schema_editor):
    flag = apps.get_model("flags", "Flag")
    flag.objects.update(opened_at=F("first_seen"))
    flag.objects.filter(resolved_at__isnull=False).update(resolution="gone")


class Migration(migrations.Migration):
    """Flags of before were opened when they were first seen, and resolved because their cause was gone."""

    dependencies = [("flags", "0004_ledger_acts")]

    operations = [
        migrations.RunPython(tell_how_it_was, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolved_at__isnull', True)), models.Q(('resolution__in', ['gone', 'stage']), ('resolved_at__isnull', False)), _connector='OR'), name='flag_resolved_with_its_cause'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='flag_acknowledged_by_somebody'),
        ),
    ]
