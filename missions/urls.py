from django.urls import path

from missions.views import (
    areas,
    authorizations,
    ceilings,
    mission_states,
    missions,
    musters,
    names,
    positions,
    succession,
    teams,
)

urlpatterns = [
    path("ceiling/", ceilings.ceiling_detail, name="ceiling_detail"),
    path("ceiling/new/", ceilings.ceiling_record, name="ceiling_record"),
    path("ceiling/<id:ceiling_id>/end/", ceilings.ceiling_end, name="ceiling_end"),
    path("areas/", areas.area_list, name="area_list"),
    path("areas/new/", areas.area_add, name="area_add"),
    path("areas/<id:area_id>/edit/", areas.area_edit, name="area_edit"),
    path("areas/<id:area_id>/missions/new/", areas.mission_add, name="mission_add"),
    path("areas/<id:area_id>/", missions.area_detail, name="area_detail"),
    path("areas/<id:area_id>/muster/", musters.area_muster, name="area_muster"),
    path("areas/<id:area_id>/succeed/", succession.area_succeed, name="area_succeed"),
    path("areas/successions/<id:succession_id>/withdraw/", succession.succession_withdraw, name="succession_withdraw"),
    path("areas/<id:area_id>/rename/", names.area_rename, name="area_rename"),
    path("areas/names/<id:name_id>/withdraw/", names.area_name_withdraw, name="area_name_withdraw"),
    path("areas/<id:area_id>/authorizations/new/", authorizations.authorization_record, name="authorization_record"),
    path(
        "authorizations/<id:authorization_id>/amend/",
        authorizations.authorization_amend,
        name="authorization_amend",
    ),
    path("authorizations/<id:authorization_id>/end/", authorizations.authorization_end, name="authorization_end"),
    path("missions/", missions.mission_list, name="mission_list"),
    path("missions/<id:mission_id>/", missions.mission_detail, name="mission_detail"),
    path("missions/<id:mission_id>/muster/", musters.mission_muster, name="mission_muster"),
    path("missions/<id:mission_id>/edit/", missions.mission_edit, name="mission_edit"),
    path("missions/<id:mission_id>/rename/", names.mission_rename, name="mission_rename"),
    path("missions/names/<id:name_id>/withdraw/", names.mission_name_withdraw, name="mission_name_withdraw"),
    path("missions/<id:mission_id>/states/new/", mission_states.mission_state_record, name="mission_state_record"),
    path(
        "missions/states/<id:state_id>/withdraw/", mission_states.mission_state_withdraw, name="mission_state_withdraw"
    ),
    path("missions/<id:mission_id>/teams/new/", teams.team_add, name="team_add"),
    path("teams/<id:team_id>/edit/", teams.team_edit, name="team_edit"),
    path("missions/<id:mission_id>/positions/new/", positions.position_add, name="position_add"),
    path("positions/", positions.position_list, name="position_list"),
    path("positions/<id:position_id>/", positions.position_detail, name="position_detail"),
    path("positions/<id:position_id>/edit/", positions.position_edit, name="position_edit"),
]
