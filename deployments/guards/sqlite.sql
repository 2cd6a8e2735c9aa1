CREATE TRIGGER IF NOT EXISTS guard_person_in_one_place_insert
AFTER INSERT ON deployments_deployment
WHEN NEW.status <> 'cancelled'
BEGIN
    SELECT RAISE(ABORT, 'guard_person_in_one_place') WHERE EXISTS (
        SELECT 1 FROM deployments_deployment other
        WHERE other.person_id = NEW.person_id AND other.id <> NEW.id AND other.status <> 'cancelled'
          AND other.first_day <= COALESCE(NEW.departed_on, NEW.ends_on)
          AND other.last_day >= COALESCE(NEW.arrived_on, NEW.starts_on));
END
--;
CREATE TRIGGER IF NOT EXISTS guard_person_in_one_place_update
AFTER UPDATE ON deployments_deployment
WHEN NEW.status <> 'cancelled'
BEGIN
    SELECT RAISE(ABORT, 'guard_person_in_one_place') WHERE EXISTS (
        SELECT 1 FROM deployments_deployment other
        WHERE other.person_id = NEW.person_id AND other.id <> NEW.id AND other.status <> 'cancelled'
          AND other.first_day <= COALESCE(NEW.departed_on, NEW.ends_on)
          AND other.last_day >= COALESCE(NEW.arrived_on, NEW.starts_on));
END
--;
-- The counted stays, as deployments.models says it: using_places() and with_stay().
-- date('now', 'localtime') is Toronto's day: Django sets the time zone of its process.
CREATE VIEW IF NOT EXISTS guard_place AS
SELECT deployment.id, mission.area_id, deployment.first_day, deployment.last_day,
       CASE WHEN deployment.status = 'in_mission' AND deployment.last_day < date('now', 'localtime')
            THEN '9999-12-31' ELSE deployment.last_day END AS stay_ends
FROM deployments_deployment deployment
JOIN missions_mission mission ON mission.id = deployment.mission_id
WHERE deployment.kind <> 'ancillary'
  AND deployment.status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
--;
-- Those of them who are past their planned end and hold their place; apart, so that the others are found by an index.
CREATE VIEW IF NOT EXISTS guard_overdue AS
SELECT deployment.id, mission.area_id, deployment.first_day, deployment.last_day
FROM deployments_deployment deployment
JOIN missions_mission mission ON mission.id = deployment.mission_id
WHERE deployment.kind <> 'ancillary'
  AND deployment.status = 'in_mission' AND deployment.last_day < date('now', 'localtime')
--;
-- Strength and cap on the days on which an area can become over-full: somebody comes, or the cap changes.
CREATE VIEW IF NOT EXISTS guard_area_day AS
SELECT turn.area_id, turn.day,
       (SELECT COUNT(*) FROM guard_place place
         WHERE place.area_id = turn.area_id AND place.last_day >= turn.day AND place.first_day <= turn.day)
       + (SELECT COUNT(*) FROM guard_overdue place
          WHERE place.area_id = turn.area_id AND place.last_day < turn.day AND place.first_day <= turn.day) AS used,
       COALESCE((SELECT paper.cap FROM missions_authorization paper
                 WHERE paper.area_id = turn.area_id AND paper.state = 'issued' AND paper.valid_from <= turn.day
                   AND COALESCE(paper.valid_to, '9999-12-31') >= turn.day), 0) AS cap
FROM (SELECT area_id, first_day AS day FROM guard_place
      UNION ALL SELECT area_id, valid_from FROM missions_authorization WHERE state = 'issued'
      UNION ALL SELECT area_id, date(valid_to, '+1 day') FROM missions_authorization
                WHERE state = 'issued' AND valid_to IS NOT NULL) turn
--;
-- The same for the policy ceiling, over all areas; a day without a ceiling has no limit.
CREATE VIEW IF NOT EXISTS guard_program_day AS
SELECT turn.day,
       (SELECT COUNT(*) FROM guard_place place
         WHERE place.last_day >= turn.day AND place.first_day <= turn.day)
       + (SELECT COUNT(*) FROM guard_overdue place
          WHERE place.last_day < turn.day AND place.first_day <= turn.day) AS used,
       (SELECT ceiling.cap FROM missions_ceiling ceiling
        WHERE ceiling.valid_from <= turn.day AND COALESCE(ceiling.valid_to, '9999-12-31') >= turn.day) AS cap
FROM (SELECT first_day AS day FROM guard_place UNION ALL SELECT valid_from FROM missions_ceiling) turn
--;
CREATE TRIGGER IF NOT EXISTS guard_cap_insert
AFTER INSERT ON deployments_deployment
WHEN EXISTS (SELECT 1 FROM guard_place WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM guard_place mine
    JOIN guard_area_day turn ON turn.area_id = mine.area_id AND turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap;
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM guard_place mine JOIN guard_program_day turn ON turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap;
END
--;
-- A change is judged on the days that it gains; what only shrinks a stay, or leaves it, is never refused. Beside the days
-- on which somebody comes or the cap changes, the first day behind the old stay is looked at: it was free of this one.
CREATE TRIGGER IF NOT EXISTS guard_cap_update
AFTER UPDATE ON deployments_deployment
WHEN EXISTS (SELECT 1 FROM guard_place WHERE id = NEW.id)
 AND NOT (OLD.kind <> 'ancillary' AND OLD.status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
      AND OLD.mission_id = NEW.mission_id
      AND COALESCE(NEW.arrived_on, NEW.starts_on) >= COALESCE(OLD.arrived_on, OLD.starts_on)
      AND (SELECT stay_ends FROM guard_place WHERE id = NEW.id) <= CASE WHEN OLD.status = 'in_mission' AND OLD.ends_on < date('now', 'localtime') THEN '9999-12-31'
             ELSE COALESCE(OLD.departed_on, OLD.ends_on) END)
BEGIN
    SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM guard_place mine
    JOIN guard_area_day turn ON turn.area_id = mine.area_id AND turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap
      AND NOT (OLD.kind <> 'ancillary' AND OLD.status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
           AND mine.area_id = (SELECT area_id FROM missions_mission WHERE id = OLD.mission_id)
           AND turn.day BETWEEN COALESCE(OLD.arrived_on, OLD.starts_on) AND CASE WHEN OLD.status = 'in_mission' AND OLD.ends_on < date('now', 'localtime') THEN '9999-12-31'
             ELSE COALESCE(OLD.departed_on, OLD.ends_on) END);
    SELECT RAISE(ABORT, 'guard_within_authorized_cap')
    FROM guard_place mine
    WHERE mine.id = NEW.id AND date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') BETWEEN mine.first_day AND mine.stay_ends
      AND (SELECT COUNT(*) FROM guard_place place
         WHERE place.area_id = mine.area_id AND place.last_day >= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') AND place.first_day <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day'))
       + (SELECT COUNT(*) FROM guard_overdue place
          WHERE place.area_id = mine.area_id AND place.last_day < date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') AND place.first_day <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day'))
        > COALESCE((SELECT paper.cap FROM missions_authorization paper
                 WHERE paper.area_id = mine.area_id AND paper.state = 'issued' AND paper.valid_from <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day')
                   AND COALESCE(paper.valid_to, '9999-12-31') >= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day')), 0);
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM guard_place mine JOIN guard_program_day turn ON turn.day BETWEEN mine.first_day AND mine.stay_ends
    WHERE mine.id = NEW.id AND turn.used > turn.cap
      AND NOT (OLD.kind <> 'ancillary' AND OLD.status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
           AND mine.area_id = (SELECT area_id FROM missions_mission WHERE id = OLD.mission_id)
           AND turn.day BETWEEN COALESCE(OLD.arrived_on, OLD.starts_on) AND CASE WHEN OLD.status = 'in_mission' AND OLD.ends_on < date('now', 'localtime') THEN '9999-12-31'
             ELSE COALESCE(OLD.departed_on, OLD.ends_on) END);
    SELECT RAISE(ABORT, 'guard_under_policy_ceiling')
    FROM guard_place mine
    WHERE mine.id = NEW.id AND date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') BETWEEN mine.first_day AND mine.stay_ends
      AND (SELECT COUNT(*) FROM guard_place place
         WHERE place.last_day >= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') AND place.first_day <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day'))
       + (SELECT COUNT(*) FROM guard_overdue place
          WHERE place.last_day < date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') AND place.first_day <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day'))
        > (SELECT ceiling.cap FROM missions_ceiling ceiling
        WHERE ceiling.valid_from <= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day') AND COALESCE(ceiling.valid_to, '9999-12-31') >= date(COALESCE(OLD.departed_on, OLD.ends_on), '+1 day'));
END
--;
CREATE TRIGGER IF NOT EXISTS guard_mission_fixed
BEFORE UPDATE OF area_id, kind ON missions_mission
WHEN (NEW.area_id <> OLD.area_id OR (NEW.kind = 'mission') <> (OLD.kind = 'mission'))
 AND EXISTS (SELECT 1 FROM deployments_deployment WHERE mission_id = OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'guard_mission_fixed');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_kind_fits_mission_insert
BEFORE INSERT ON deployments_deployment
WHEN (NEW.kind = 'ancillary') = (SELECT kind = 'mission' FROM missions_mission WHERE id = NEW.mission_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_kind_fits_mission');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_kind_fits_mission_update
BEFORE UPDATE OF kind, mission_id ON deployments_deployment
WHEN (NEW.kind = 'ancillary') = (SELECT kind = 'mission' FROM missions_mission WHERE id = NEW.mission_id)
BEGIN
    SELECT RAISE(ABORT, 'guard_kind_fits_mission');
END
