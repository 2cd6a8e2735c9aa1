-- Fragments; foundation.sql_fragments says how they are filled in.
-- Toronto's day: Django sets the time zone of its process.
-- {{today}} =
date('now', 'localtime')
--;
-- The last day on which somebody overdue holds the place: deployments.models.whereabouts.held_through().
-- {{held_through}} =
date('now', 'localtime', '+{{overdue_hold_days}} days')
--;
-- The last day of what has no end.
-- {{no_end}} =
'9999-12-31'
--;
-- A row that counts under a cap, as deployments.models says it: using_places().
-- {{uses_place | row}} =
:row.kind <> 'ancillary' AND :row.status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
--;
-- First and last day of OLD and NEW, from the columns that are written: in triggers before an update, SQLite 3.40
-- computes a generated column (first_day, last_day) from some of its columns only.
-- {{first_day_of | row}} =
COALESCE(:row.arrived_on, :row.starts_on)
--;
-- {{last_day_of | row}} =
COALESCE(:row.departed_on, :row.ends_on)
--;
-- The end of the stay before the change, as with_stay() says it.
-- {{old_stay_ends}} =
CASE WHEN OLD.status = 'in_mission' AND OLD.ends_on < {{today}} THEN {{held_through}}
     ELSE {{last_day_of | OLD}} END
--;
-- The first day behind the old stay.
-- {{day_after_old}} =
date({{old_stay_ends}}, '+1 day')
--;
-- The area to which a mission belongs on a day: it may have moved (missions.models.FormerArea).
-- {{area_of | mission | day}} =
COALESCE((SELECT former.area_id FROM missions_formerarea former
          WHERE former.mission_id = :mission AND former.withdrawn_at IS NULL
            AND :day BETWEEN COALESCE(former.first_day, '0001-01-01') AND former.last_day),
         (SELECT area_id FROM missions_mission WHERE id = :mission))
--;
-- Whether OLD held a place of the same area on a day: such a day is not gained.
-- {{was_there_on | day}} =
({{uses_place | OLD}}
 AND mine.area_id = {{area_of | OLD.mission_id | :day}}
 AND :day BETWEEN {{first_day_of | OLD}} AND {{old_stay_ends}})
--;
-- Whether OLD held a place on a day, of whichever area: such a day is not gained under the policy ceiling.
-- {{was_counted_on | day}} =
({{uses_place | OLD}} AND :day BETWEEN {{first_day_of | OLD}} AND {{old_stay_ends}})
--;
-- Whether a day is recorded as an excess of this very deployment (deployments.stays.excess): it happened.
-- {{recorded_on | day}} =
EXISTS (SELECT 1 FROM deployments_excess excess
        WHERE excess.deployment_id = NEW.id AND :day BETWEEN excess.first_day AND excess.last_day)
--;
-- The first days behind the recorded ones of this deployment.
-- {{day_after_recorded}} =
(SELECT date(excess.last_day, '+1 day') AS day FROM deployments_excess excess WHERE excess.deployment_id = NEW.id)
--;
-- Places in use on a day. Several counts instead of one by stay_ends: each of them is answered by an index.
-- {{used_in | area | day}} =
(SELECT COUNT(*) FROM guard_place place
 WHERE place.area_id = :area AND place.last_day >= :day AND place.first_day <= :day)
+ (SELECT COUNT(*) FROM guard_overdue place
   WHERE place.area_id = :area AND place.last_day < :day AND place.first_day <= :day AND :day <= {{held_through}})
+ (SELECT COUNT(*) FROM guard_place_before place
   WHERE place.area_id = :area AND place.first_day <= :day AND place.stay_ends >= :day)
--;
-- {{used_everywhere | day}} =
(SELECT COUNT(*) FROM guard_place place
 WHERE place.last_day >= :day AND place.first_day <= :day)
+ (SELECT COUNT(*) FROM guard_overdue place
   WHERE place.last_day < :day AND place.first_day <= :day AND :day <= {{held_through}})
+ (SELECT COUNT(*) FROM guard_place_before place WHERE place.first_day <= :day AND place.stay_ends >= :day)
--;
-- A day without an authorization allows nobody …
-- {{cap_of | area | day}} =
COALESCE((SELECT paper.cap FROM missions_authorization paper
          WHERE paper.area_id = :area AND paper.state = 'issued' AND paper.valid_from <= :day
            AND COALESCE(paper.valid_to, {{no_end}}) >= :day), 0)
--;
-- … and a day without a ceiling allows everybody: nothing is greater than NULL.
-- {{ceiling_on | day}} =
(SELECT ceiling.cap FROM missions_ceiling ceiling
 WHERE ceiling.valid_from <= :day AND COALESCE(ceiling.valid_to, {{no_end}}) >= :day)
--;
-- The last day of a stay, as with_stay() says it.
-- {{stay_ends_of | row}} =
CASE WHEN :row.status = 'in_mission' AND :row.last_day < {{today}} THEN {{held_through}} ELSE :row.last_day END
--;
-- The first day of a stay in an area to which its mission belongs from a day on.
-- {{in_area_from | since}} =
MAX(deployment.first_day, COALESCE(:since, deployment.first_day))
--;
-- {{refuse_second_place}} =
SELECT RAISE(ABORT, 'guard_person_in_one_place') WHERE EXISTS (
    SELECT 1 FROM deployments_deployment other
    WHERE other.person_id = NEW.person_id AND other.id <> NEW.id AND other.status <> 'cancelled'
      AND other.first_day <= {{last_day_of | NEW}}
      AND other.last_day >= {{first_day_of | NEW}})
--;
-- {{kind_does_not_fit}} =
(NEW.kind = 'ancillary') = (SELECT kind = 'mission' FROM missions_mission WHERE id = NEW.mission_id)
--;
CREATE TRIGGER IF NOT EXISTS guard_person_in_one_place_insert
AFTER INSERT ON deployments_deployment
WHEN NEW.status <> 'cancelled'
BEGIN
    {{refuse_second_place}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_person_in_one_place_update
AFTER UPDATE ON deployments_deployment
WHEN NEW.status <> 'cancelled'
BEGIN
    {{refuse_second_place}};
END
--;
-- The counted stays, in the area to which their mission belongs now …
CREATE VIEW IF NOT EXISTS guard_place AS
SELECT deployment.id, mission.area_id, {{in_area_from | mission.area_since}} AS first_day, deployment.last_day,
       {{stay_ends_of | deployment}} AS stay_ends
FROM deployments_deployment deployment
JOIN missions_mission mission ON mission.id = deployment.mission_id
WHERE {{uses_place | deployment}}
--;
-- … and in the areas to which it belonged before.
CREATE VIEW IF NOT EXISTS guard_place_before AS
SELECT deployment.id, former.area_id, {{in_area_from | former.first_day}} AS first_day,
       MIN({{stay_ends_of | deployment}}, former.last_day) AS stay_ends
FROM missions_formerarea former
JOIN deployments_deployment deployment ON deployment.mission_id = former.mission_id
WHERE former.withdrawn_at IS NULL AND {{uses_place | deployment}}
--;
-- Those of them who are past their planned end and hold their place; apart, so that the others are found by an index.
CREATE VIEW IF NOT EXISTS guard_overdue AS
SELECT deployment.id, mission.area_id, {{in_area_from | mission.area_since}} AS first_day, deployment.last_day
FROM deployments_deployment deployment
JOIN missions_mission mission ON mission.id = deployment.mission_id
WHERE deployment.kind <> 'ancillary'
  AND deployment.status = 'in_mission' AND deployment.last_day < {{today}}
--;
-- Strength and cap on the days on which an area can become over-full: somebody comes, or the cap changes.
CREATE VIEW IF NOT EXISTS guard_area_day AS
SELECT turn.area_id, turn.day, {{used_in | turn.area_id | turn.day}} AS used, {{cap_of | turn.area_id | turn.day}} AS cap
FROM (SELECT area_id, first_day AS day FROM guard_place
      UNION ALL SELECT area_id, first_day FROM guard_place_before
      UNION ALL SELECT area_id, valid_from FROM missions_authorization WHERE state = 'issued'
      UNION ALL SELECT area_id, date(valid_to, '+1 day') FROM missions_authorization
                WHERE state = 'issued' AND valid_to IS NOT NULL) turn
--;
-- The same for the policy ceiling, over all areas.
CREATE VIEW IF NOT EXISTS guard_program_day AS
SELECT turn.day, {{used_everywhere | turn.day}} AS used, {{ceiling_on | turn.day}} AS cap
FROM (SELECT first_day AS day FROM guard_place UNION ALL SELECT first_day FROM guard_place_before
      UNION ALL SELECT valid_from FROM missions_ceiling) turn
--;
-- Who comes and goes on the days of `mine`: +1 on the first day there, -1 on the day behind the last. The same places as
-- {{used_in}} counts; `among` says which of them are meant.
-- {{coming_and_going | place | among}} =
SELECT mine.area_id, MAX(there.first_day, mine.first_day) AS day, 1 AS used, 0 AS cap, 0 AS papers
    FROM :place mine JOIN guard_place there ON :among
     AND there.last_day >= mine.first_day AND there.first_day <= mine.stay_ends
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, date(there.stay_ends, '+1 day'), -1, 0, 0
    FROM :place mine JOIN guard_place there ON :among
     AND there.last_day >= mine.first_day AND there.first_day <= mine.stay_ends AND there.stay_ends < mine.stay_ends
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, MAX(there.first_day, mine.first_day), 1, 0, 0
    FROM :place mine JOIN guard_overdue there ON :among
     AND there.last_day < mine.first_day AND there.first_day <= mine.stay_ends AND {{held_through}} >= mine.first_day
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, date({{held_through}}, '+1 day'), -1, 0, 0
    FROM :place mine JOIN guard_overdue there ON :among
     AND there.last_day < mine.first_day AND there.first_day <= mine.stay_ends AND {{held_through}} >= mine.first_day
     AND {{held_through}} < mine.stay_ends
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, MAX(there.first_day, mine.first_day), 1, 0, 0
    FROM :place mine JOIN guard_place_before there ON :among
     AND there.stay_ends >= mine.first_day AND there.first_day <= mine.stay_ends AND there.stay_ends >= there.first_day
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, date(there.stay_ends, '+1 day'), -1, 0, 0
    FROM :place mine JOIN guard_place_before there ON :among
     AND there.stay_ends >= mine.first_day AND there.first_day <= mine.stay_ends AND there.stay_ends >= there.first_day
     AND there.stay_ends < mine.stay_ends
    WHERE mine.id = NEW.id
--;
-- What allows how many on the days of `mine`, as it begins and ends.
-- {{allowed | place | papers | among}} =
SELECT mine.area_id, MAX(paper.valid_from, mine.first_day), 0, paper.cap, 1
    FROM :place mine JOIN :papers paper ON :among
     AND paper.valid_from <= mine.stay_ends AND COALESCE(paper.valid_to, {{no_end}}) >= mine.first_day
    WHERE mine.id = NEW.id
    UNION ALL
    SELECT mine.area_id, date(paper.valid_to, '+1 day'), 0, -paper.cap, -1
    FROM :place mine JOIN :papers paper ON :among
     AND paper.valid_from <= mine.stay_ends AND paper.valid_to >= mine.first_day AND paper.valid_to < mine.stay_ends
    WHERE mine.id = NEW.id
--;
-- Summed up from day to day, so that a stay costs as much as there are people beside it, and not their square. A day
-- without an authorization allows nobody, one without a ceiling everybody.
-- {{refuse_more_than_allowed | place}} =
SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    WHERE EXISTS (SELECT 1 FROM (
        SELECT SUM(SUM(used)) OVER so_far AS used, SUM(SUM(cap)) OVER so_far AS cap
        FROM ({{coming_and_going | :place | there.area_id = mine.area_id}}
              UNION ALL
              {{allowed | :place | missions_authorization | paper.area_id = mine.area_id AND paper.state = 'issued'}})
        GROUP BY area_id, day WINDOW so_far AS (PARTITION BY area_id ORDER BY day)) WHERE used > cap);
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    WHERE EXISTS (SELECT 1 FROM (
        SELECT SUM(SUM(used)) OVER so_far AS used, SUM(SUM(cap)) OVER so_far AS cap,
               SUM(SUM(papers)) OVER so_far AS papers
        FROM ({{coming_and_going | :place | TRUE}} UNION ALL {{allowed | :place | missions_ceiling | TRUE}})
        GROUP BY area_id, day WINDOW so_far AS (PARTITION BY area_id ORDER BY day)) WHERE used > cap AND papers > 0)
--;
CREATE TRIGGER IF NOT EXISTS guard_cap_insert
AFTER INSERT ON deployments_deployment
WHEN EXISTS (SELECT 1 FROM guard_place WHERE id = NEW.id)
BEGIN
    {{refuse_more_than_allowed | guard_place}};
    {{refuse_more_than_allowed | guard_place_before}};
END
--;
-- A change is judged on the days that it gains, but for those recorded as its excess; what only shrinks a stay, or leaves
-- it, is never refused. Beside the days on which somebody comes or the cap changes, the first days behind the old stay and
-- behind the recorded days are looked at: they were free of this one.
-- {{refuse_more_than_before | place}} =
SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM :place mine
    JOIN guard_area_day turn ON turn.area_id = mine.area_id AND turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap AND NOT {{was_there_on | turn.day}}
      AND NOT {{recorded_on | turn.day}};
    SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM :place mine
    WHERE mine.id = NEW.id AND {{day_after_old}} BETWEEN mine.first_day AND mine.stay_ends
      AND {{used_in | mine.area_id | {{day_after_old}}}} > {{cap_of | mine.area_id | {{day_after_old}}}}
      AND NOT {{recorded_on | {{day_after_old}}}};
    SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM :place mine JOIN {{day_after_recorded}} turn ON turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND {{used_in | mine.area_id | turn.day}} > {{cap_of | mine.area_id | turn.day}}
      AND NOT {{was_there_on | turn.day}} AND NOT {{recorded_on | turn.day}};
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM :place mine JOIN guard_program_day turn ON turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap AND NOT {{was_counted_on | turn.day}}
      AND NOT {{recorded_on | turn.day}};
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM :place mine
    WHERE mine.id = NEW.id AND {{day_after_old}} BETWEEN mine.first_day AND mine.stay_ends
      AND {{used_everywhere | {{day_after_old}}}} > {{ceiling_on | {{day_after_old}}}}
      AND NOT {{recorded_on | {{day_after_old}}}};
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM :place mine JOIN {{day_after_recorded}} turn ON turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND {{used_everywhere | turn.day}} > {{ceiling_on | turn.day}}
      AND NOT {{was_counted_on | turn.day}} AND NOT {{recorded_on | turn.day}}
--;
CREATE TRIGGER IF NOT EXISTS guard_cap_update
AFTER UPDATE ON deployments_deployment
WHEN EXISTS (SELECT 1 FROM guard_place WHERE id = NEW.id)
 AND NOT ({{uses_place | OLD}}
      AND OLD.mission_id = NEW.mission_id
      AND {{first_day_of | NEW}} >= {{first_day_of | OLD}}
      AND (SELECT stay_ends FROM guard_place WHERE id = NEW.id) <= {{old_stay_ends}})
BEGIN
    {{refuse_more_than_before | guard_place}};
    {{refuse_more_than_before | guard_place_before}};
END
--;
-- A mission for which somebody was planned moves to another area from a day on only, and the area before is kept; or back,
-- when that is withdrawn.
CREATE TRIGGER IF NOT EXISTS guard_mission_fixed
BEFORE UPDATE OF area_id, area_since, kind ON missions_mission
WHEN (NEW.area_id <> OLD.area_id OR NEW.area_since IS NOT OLD.area_since OR (NEW.kind = 'mission') <> (OLD.kind = 'mission'))
 AND EXISTS (SELECT 1 FROM deployments_deployment WHERE mission_id = OLD.id)
 AND NOT ((NEW.kind = 'mission') = (OLD.kind = 'mission') AND EXISTS (
    SELECT 1 FROM missions_formerarea former
    WHERE former.mission_id = OLD.id
      AND (former.withdrawn_at IS NULL AND former.area_id = OLD.area_id AND former.first_day IS OLD.area_since
           AND date(former.last_day, '+1 day') = NEW.area_since
        OR former.withdrawn_at IS NOT NULL AND former.area_id = NEW.area_id AND former.first_day IS NEW.area_since
           AND date(former.last_day, '+1 day') = OLD.area_since)))
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_fixed');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_kind_fits_mission_insert
BEFORE INSERT ON deployments_deployment
WHEN {{kind_does_not_fit}}
BEGIN
    SELECT RAISE(ABORT, 'guard_kind_fits_mission');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_kind_fits_mission_update
BEFORE UPDATE OF kind, mission_id ON deployments_deployment
WHEN {{kind_does_not_fit}}
BEGIN
    SELECT RAISE(ABORT, 'guard_kind_fits_mission');
END
--;
-- Who decided about a waiver, when and why is never rewritten, not even when it is withdrawn.
CREATE TRIGGER IF NOT EXISTS guard_waiver_decision_kept
BEFORE UPDATE ON deployments_waiver
WHEN OLD.decided_at IS NOT NULL
 AND (NEW.decided_by_id IS NOT OLD.decided_by_id OR NEW.decided_at IS NOT OLD.decided_at
      OR NEW.decision_note <> OLD.decision_note)
BEGIN
    SELECT RAISE(ABORT, 'guard_waiver_decision_kept');
END
--;
-- Nobody is planned for a roster, or moved to one; who was planned before the mission became one stays there.
CREATE TRIGGER IF NOT EXISTS guard_roster_takes_nobody_insert
BEFORE INSERT ON deployments_deployment
WHEN (SELECT kind = 'roster' FROM missions_mission WHERE id = NEW.mission_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_roster_takes_nobody');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_roster_takes_nobody_update
BEFORE UPDATE OF mission_id ON deployments_deployment
WHEN NEW.mission_id <> OLD.mission_id AND (SELECT kind = 'roster' FROM missions_mission WHERE id = NEW.mission_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_roster_takes_nobody');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_entry_on_roster_insert
BEFORE INSERT ON deployments_rosterentry
WHEN (SELECT kind <> 'roster' FROM missions_mission WHERE id = NEW.roster_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_entry_on_roster');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_entry_on_roster_update
BEFORE UPDATE OF roster_id ON deployments_rosterentry
WHEN (SELECT kind <> 'roster' FROM missions_mission WHERE id = NEW.roster_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_entry_on_roster');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_roster_fixed
BEFORE UPDATE OF kind ON missions_mission
WHEN OLD.kind = 'roster' AND NEW.kind <> 'roster'
 AND EXISTS (SELECT 1 FROM deployments_rosterentry WHERE roster_id = OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'guard_roster_fixed');
END
--;
-- A team is one of the mission of the stay.
CREATE TRIGGER IF NOT EXISTS guard_deployment_team_of_the_mission_insert
BEFORE INSERT ON deployments_deployment
WHEN (SELECT mission_id FROM missions_team WHERE id = NEW.team_id) <> NEW.mission_id
BEGIN
    SELECT RAISE(ABORT, 'guard_team_of_the_mission');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_deployment_team_of_the_mission_update
BEFORE UPDATE OF team_id, mission_id ON deployments_deployment
WHEN (SELECT mission_id FROM missions_team WHERE id = NEW.team_id) <> NEW.mission_id
BEGIN
    SELECT RAISE(ABORT, 'guard_team_of_the_mission');
END
--;
-- The id of a guarded row is never another: what compares a row before and after a change would take it for two.
CREATE TRIGGER IF NOT EXISTS guard_deployment_id_kept
BEFORE UPDATE OF id ON deployments_deployment
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_excess_id_kept
BEFORE UPDATE OF id ON deployments_excess
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_waiver_id_kept
BEFORE UPDATE OF id ON deployments_waiver
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_roster_entry_id_kept
BEFORE UPDATE OF id ON deployments_rosterentry
WHEN NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'guard_id_kept');
END
--;
-- Which days of which deployment an excess lets pass is never rewritten: it is confirmed, and no more.
CREATE TRIGGER IF NOT EXISTS guard_excess_kept
BEFORE UPDATE ON deployments_excess
WHEN NEW.deployment_id <> OLD.deployment_id OR NEW.first_day <> OLD.first_day OR NEW.last_day <> OLD.last_day
BEGIN
    SELECT RAISE(ABORT, 'guard_excess_kept');
END
