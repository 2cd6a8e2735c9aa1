from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

COLUMNS = ["search_text", "sort_name"]


def spell_out(apps, schema_editor):
    people = apps.get_model("personnel", "Person").objects
    for column in COLUMNS:
        for sign, letters in (("œ", "oe"), ("æ", "ae")):
            people.filter(**{f"{column}__contains": sign}).update(
                **{column: Replace(F(column), Value(sign), Value(letters))}
            )


class Migration(migrations.Migration):
    """Nobody types œ into a search box: names are searched and sorted with the letters spelled out."""

    dependencies = [("personnel", "0003_rank_bands")]

    operations = [migrations.RunPython(spell_out, migrations.RunPython.noop)]
