from django.db import migrations

NUMBERS = {
    "cap_near": [1],
    "posting_ending": [180, 90, 60, 30],
    "no_successor": [120],
    "authorization_ending": [180, 90, 30],
    "agreement_ending": [180, 90, 30],
    "offer_unanswered": [5],
    "nomination_waiting": [60, 30],
    "follow_up_overdue": [180],
}


def fill_in(apps, schema_editor):
    threshold = apps.get_model("flags", "Threshold")
    for kind, values in NUMBERS.items():
        for value in values:
            threshold.objects.get_or_create(kind=kind, value=value)


class Migration(migrations.Migration):
    """The numbers that the office begins with; it edits them in the administration."""

    dependencies = [("flags", "0002_more_kinds")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
