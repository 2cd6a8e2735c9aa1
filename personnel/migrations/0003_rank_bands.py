from django.db import migrations

BANDS = {
    2: ["corporal", "sergeant", "staff-sergeant", "staff-sergeant-major", "sergent", "sergent-detective", "lieutenant"],
    3: ["inspector", "superintendent", "chief-superintendent", "capitaine", "commandant", "inspecteur"],
    4: ["assistant-commissioner", "deputy-commissioner", "commissioner"],
}


def place_known_ranks(apps, schema_editor):
    rank = apps.get_model("personnel", "Rank")
    for band, codes in BANDS.items():
        rank.objects.filter(code__in=codes).update(band=band)


class Migration(migrations.Migration):
    """Ranks that were loaded before there were bands get theirs; all others stay in the lowest."""

    dependencies = [("personnel", "0002_credentials_and_agreements")]

    operations = [migrations.RunPython(place_known_ranks, migrations.RunPython.noop)]
