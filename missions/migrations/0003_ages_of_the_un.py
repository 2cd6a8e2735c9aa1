from django.db import migrations


def give_the_un_its_ages(apps, schema_editor):
    leads = apps.get_model("missions", "LeadOrganization").objects
    leads.filter(code="un", youngest=None, too_old=None).update(youngest=25, too_old=62, best_under=55)


class Migration(migrations.Migration):
    """The United Nations, loaded before there were ages, asks for 25 and over, under 62, under 55 rather (rule 9)."""

    dependencies = [("missions", "0002_demands")]

    operations = [migrations.RunPython(give_the_un_its_ages, migrations.RunPython.noop)]
