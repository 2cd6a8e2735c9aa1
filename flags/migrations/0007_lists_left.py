from django.db import migrations


def fill_in(apps, schema_editor):
    threshold = apps.get_model("flags", "Threshold")
    for value in (3, 14):
        threshold.objects.get_or_create(kind="list_left", value=value)


class Migration(migrations.Migration):
    """From how many days on an unfinished list of candidates is flagged."""

    dependencies = [("flags", "0006_jobs_and_letters")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
