from django.db import migrations, models


class Migration(migrations.Migration):
    """Saved views hold figures and reports too."""

    dependencies = [
        ('accounts', '0003_saved_views'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='savedview',
            name='saved_view_name_once',
        ),
        migrations.RemoveConstraint(
            model_name='savedview',
            name='saved_view_list_known',
        ),
        migrations.AddField(
            model_name='savedview',
            name='of',
            field=models.CharField(blank=True, max_length=60, verbose_name='figure or report'),
        ),
        migrations.AlterField(
            model_name='savedview',
            name='list',
            field=models.CharField(choices=[('deployment_list', 'Deployments'), ('nomination_list', 'Nominations'), ('person_list', 'People'), ('flag_list', 'Flags'), ('position_list', 'Positions'), ('mission_list', 'Missions'), ('papers_to_verify', 'Credentials to verify'), ('waiver_list', 'Waivers'), ('correction_list', 'Corrections'), ('excess_list', 'Recorded beyond the cap'), ('news_list', 'What is new'), ('event_list', 'Events'), ('figure_detail', 'Figures'), ('report_detail', 'Reports')], max_length=20, verbose_name='list'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'list', 'of', 'name'), name='saved_view_name_once', violation_error_message='You have a view of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('list__in', ['deployment_list', 'nomination_list', 'person_list', 'flag_list', 'position_list', 'mission_list', 'papers_to_verify', 'waiver_list', 'correction_list', 'excess_list', 'news_list', 'event_list', 'figure_detail', 'report_detail'])), name='saved_view_list_known'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('list__in', ['figure_detail', 'report_detail']), ('of__gt', '')), models.Q(models.Q(('list__in', ['figure_detail', 'report_detail']), _negated=True), ('of', '')), _connector='OR'), name='saved_view_of_a_name'),
        ),
    ]
