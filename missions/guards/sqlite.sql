-- Fragments; foundation.sql_fragments says how they are filled in. Both ends of a paper are days on which it is in force.
-- {{overlaps_new | row}} =
:row.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
AND COALESCE(:row.valid_to, '9999-12-31') >= NEW.valid_from
--;
-- {{refuse_second_authorization}} =
SELECT RAISE(ABORT, 'guard_one_authorization_a_day') WHERE EXISTS (
    SELECT 1 FROM missions_authorization other
    WHERE other.id <> NEW.id AND other.area_id = NEW.area_id AND other.state = 'issued'
      AND {{overlaps_new | other}})
--;
-- {{refuse_second_ceiling}} =
SELECT RAISE(ABORT, 'guard_one_ceiling_a_day') WHERE EXISTS (
    SELECT 1 FROM missions_ceiling other
    WHERE other.id <> NEW.id
      AND {{overlaps_new | other}})
--;
CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_insert
AFTER INSERT ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    {{refuse_second_authorization}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_update
AFTER UPDATE ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    {{refuse_second_authorization}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_insert
AFTER INSERT ON missions_ceiling
BEGIN
    {{refuse_second_ceiling}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_update
AFTER UPDATE ON missions_ceiling
BEGIN
    {{refuse_second_ceiling}};
END
--;
-- Entries (foundation.entries) are never rewritten or removed: each may only be withdrawn, once.
-- {{rewritten}} =
OLD.withdrawn_at IS NOT NULL OR NEW.id <> OLD.id
OR NEW.reason_en <> OLD.reason_en OR NEW.reason_fr <> OLD.reason_fr
OR NEW.recorded_by_id IS NOT OLD.recorded_by_id OR NEW.recorded_at <> OLD.recorded_at
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_state_kept
BEFORE UPDATE ON missions_missionstate
WHEN {{rewritten}}
  OR NEW.mission_id IS NOT OLD.mission_id
  OR NEW.state IS NOT OLD.state
  OR NEW.from_day IS NOT OLD.from_day
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_state_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_state_not_removed
BEFORE DELETE ON missions_missionstate
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_state_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_area_name_kept
BEFORE UPDATE ON missions_areaformername
WHEN {{rewritten}}
  OR NEW.area_id IS NOT OLD.area_id
  OR NEW.name_en IS NOT OLD.name_en
  OR NEW.name_fr IS NOT OLD.name_fr
  OR NEW.last_day IS NOT OLD.last_day
BEGIN
    SELECT RAISE(ABORT, 'guard_area_name_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_area_name_not_removed
BEFORE DELETE ON missions_areaformername
BEGIN
    SELECT RAISE(ABORT, 'guard_area_name_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_name_kept
BEFORE UPDATE ON missions_missionformername
WHEN {{rewritten}}
  OR NEW.mission_id IS NOT OLD.mission_id
  OR NEW.name_en IS NOT OLD.name_en
  OR NEW.name_fr IS NOT OLD.name_fr
  OR NEW.last_day IS NOT OLD.last_day
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_name_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_name_not_removed
BEFORE DELETE ON missions_missionformername
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_name_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_area_succession_kept
BEFORE UPDATE ON missions_areasuccession
WHEN {{rewritten}}
  OR NEW.area_id IS NOT OLD.area_id
  OR NEW.successor_id IS NOT OLD.successor_id
  OR NEW.from_day IS NOT OLD.from_day
  OR NEW.goes_on IS NOT OLD.goes_on
BEGIN
    SELECT RAISE(ABORT, 'guard_area_succession_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_area_succession_not_removed
BEFORE DELETE ON missions_areasuccession
BEGIN
    SELECT RAISE(ABORT, 'guard_area_succession_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_former_area_kept
BEFORE UPDATE ON missions_formerarea
WHEN {{rewritten}}
  OR NEW.mission_id IS NOT OLD.mission_id
  OR NEW.area_id IS NOT OLD.area_id
  OR NEW.first_day IS NOT OLD.first_day
  OR NEW.last_day IS NOT OLD.last_day
BEGIN
    SELECT RAISE(ABORT, 'guard_former_area_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_former_area_not_removed
BEFORE DELETE ON missions_formerarea
BEGIN
    SELECT RAISE(ABORT, 'guard_former_area_kept');
END
--;
-- A mission that is closed in the end, and its last day.
CREATE VIEW IF NOT EXISTS guard_mission_closed AS
SELECT mission.id AS mission_id, mission.ends_on, date(closing.from_day, '-1 day') AS last_day
FROM missions_mission mission
JOIN missions_missionstate closing ON closing.mission_id = mission.id
WHERE closing.state = 'closed' AND closing.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM missions_missionstate later
                  WHERE later.mission_id = mission.id AND later.withdrawn_at IS NULL
                    AND later.from_day > closing.from_day)
--;
-- {{refuse_other_last_day | mission}} =
SELECT RAISE(ABORT, 'guard_closed_after_last_day') FROM guard_mission_closed closed
WHERE closed.mission_id = :mission AND closed.ends_on IS NOT closed.last_day
--;
CREATE TRIGGER IF NOT EXISTS guard_closed_after_last_day_insert
AFTER INSERT ON missions_missionstate
BEGIN
    {{refuse_other_last_day | NEW.mission_id}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_closed_after_last_day_update
AFTER UPDATE ON missions_missionstate
BEGIN
    {{refuse_other_last_day | NEW.mission_id}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_closed_after_last_day_mission
AFTER UPDATE OF ends_on ON missions_mission
BEGIN
    {{refuse_other_last_day | NEW.id}};
END
--;
-- The id of a guarded row is never another: what compares a row before and after a change would take it for two.
CREATE TRIGGER IF NOT EXISTS guard_ceiling_id_kept
BEFORE UPDATE OF id ON missions_ceiling
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_authorization_id_kept
BEFORE UPDATE OF id ON missions_authorization
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_area_id_kept
BEFORE UPDATE OF id ON missions_area
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_id_kept
BEFORE UPDATE OF id ON missions_mission
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_ceiling_not_removed
BEFORE DELETE ON missions_ceiling
BEGIN
    SELECT RAISE(ABORT, 'guard_ceiling_not_removed');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_authorization_not_removed
BEFORE DELETE ON missions_authorization
BEGIN
    SELECT RAISE(ABORT, 'guard_authorization_not_removed');
END
--;
-- A team is one of the mission of the position, and stays with its mission.
CREATE TRIGGER IF NOT EXISTS guard_position_team_of_the_mission_insert
BEFORE INSERT ON missions_position
WHEN (SELECT mission_id FROM missions_team WHERE id = NEW.team_id) <> NEW.mission_id
BEGIN
    SELECT RAISE(ABORT, 'guard_team_of_the_mission');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_position_team_of_the_mission_update
BEFORE UPDATE OF team_id, mission_id ON missions_position
WHEN (SELECT mission_id FROM missions_team WHERE id = NEW.team_id) <> NEW.mission_id
BEGIN
    SELECT RAISE(ABORT, 'guard_team_of_the_mission');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_team_stays
BEFORE UPDATE OF mission_id ON missions_team
WHEN NEW.mission_id <> OLD.mission_id
BEGIN
    SELECT RAISE(ABORT, 'guard_team_stays');
END
