-- Fragments; foundation.sql_fragments says how they are filled in. What PostgreSQL can call is a function below.
-- The last day of what has no end: the last one that Python can hold.
-- {{no_end}} =
DATE '9999-12-31'
--;
-- Toronto's day.
-- {{today}} =
(now() AT TIME ZONE 'America/Toronto')::date
--;
-- {{valid_through}} =
coalesce(valid_to, {{no_end}})
--;
-- {{days_of | row}} =
daterange(:row.first_day, stay_ends(:row.status, :row.last_day), '[]')
--;
-- Each mission with the areas to which it belongs, and the days on which it does (missions.models.FormerArea).
-- {{areas_of_missions}} =
(SELECT id AS mission_id, area_id, daterange(area_since, {{no_end}}, '[]') AS days FROM missions_mission
 UNION ALL
 SELECT mission_id, area_id, daterange(first_day, last_day, '[]') FROM missions_formerarea WHERE withdrawn_at IS NULL)
--;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'guard_person_in_one_place') THEN
        ALTER TABLE deployments_deployment ADD CONSTRAINT guard_person_in_one_place
            EXCLUDE USING gist (person_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
            WHERE (status <> 'cancelled');
    END IF;
END $$
--;
-- The counted stays, as deployments.models says it: using_places() …
CREATE OR REPLACE FUNCTION uses_place(kind text, status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind <> 'ancillary' AND status IN ('approved', 'in_mission', 'completed', 'ended_early', 'closed')
$$
--;
-- … and with_stay(): in mission past the planned end, the place is held for a bounded number of days from today.
CREATE OR REPLACE FUNCTION stay_ends(status text, last_day date) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN status = 'in_mission' AND last_day < {{today}}
                THEN {{today}} + {{overdue_hold_days}} ELSE last_day END
$$
--;
-- The first day from range_start through range_end on which more people use places than allowed; no row when there is none.
-- One area against its authorizations (a day without one allows nobody), or, with a NULL area, all areas against the
-- policy ceiling (a day without one allows everybody).
CREATE OR REPLACE FUNCTION first_day_over(in_area bigint, range_start date, range_end date)
RETURNS TABLE (day date, used bigint, allowed bigint) LANGUAGE sql STABLE AS $$
    WITH stays AS MATERIALIZED (
        SELECT greatest(deployment.first_day, lower(place.days), range_start) AS came,
               least(stay_ends(deployment.status, deployment.last_day), upper(place.days) - 1) AS went
        FROM deployments_deployment deployment
        JOIN {{areas_of_missions}} place ON place.mission_id = deployment.mission_id
        WHERE (in_area IS NULL OR place.area_id = in_area)
          AND place.days && daterange(range_start, range_end, '[]')
          AND place.days && {{days_of | deployment}}
          AND uses_place(deployment.kind, deployment.status)
          AND deployment.first_day <= range_end
          -- The same as stay_ends(…) >= range_start, asked so that an index answers each side: DeploymentQuerySet.not_ended_before().
          AND (deployment.last_day >= range_start
               OR deployment.status = 'in_mission' AND deployment.last_day < {{today}}
                  AND range_start <= {{today}} + {{overdue_hold_days}})
    ), papers AS MATERIALIZED (
        SELECT greatest(valid_from, range_start) AS came, {{valid_through}} AS went, cap
        FROM missions_authorization
        WHERE in_area IS NOT NULL AND area_id = in_area AND state = 'issued'
          AND valid_from <= range_end AND {{valid_through}} >= range_start
        UNION ALL
        SELECT greatest(valid_from, range_start), {{valid_through}}, cap
        FROM missions_ceiling
        WHERE in_area IS NULL
          AND valid_from <= range_end AND {{valid_through}} >= range_start
    ), events AS (
        SELECT range_start AS day, 0 AS used, 0 AS cap, 0 AS papers
        UNION ALL SELECT came, 1, 0, 0 FROM stays
        UNION ALL SELECT went + 1, -1, 0, 0 FROM stays WHERE went < range_end
        UNION ALL SELECT came, 0, cap, 1 FROM papers
        UNION ALL SELECT went + 1, 0, -cap, -1 FROM papers WHERE went < range_end
    ), days AS (
        SELECT day, sum(sum(used)) OVER so_far AS used, sum(sum(cap)) OVER so_far AS cap,
               sum(sum(papers)) OVER so_far AS papers
        FROM events GROUP BY day WINDOW so_far AS (ORDER BY day)
    )
    SELECT day, used::bigint, cap::bigint FROM days
    WHERE used > cap AND (in_area IS NOT NULL OR papers > 0)
    ORDER BY day LIMIT 1
$$
--;
CREATE OR REPLACE FUNCTION refuse_over_authorized_cap(in_area bigint, range_start date, range_end date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    breach record;
BEGIN
    SELECT * INTO breach FROM first_day_over(in_area, range_start, range_end);
    IF FOUND THEN
        RAISE EXCEPTION 'The authorized cap of area % would be exceeded on %.', in_area, breach.day
            USING ERRCODE = '23514', CONSTRAINT = 'guard_within_authorized_cap', TABLE = 'deployments_deployment',
                  DETAIL = format('%s of %s places', breach.used, breach.allowed);
    END IF;
END $$
--;
CREATE OR REPLACE FUNCTION refuse_over_policy_ceiling(range_start date, range_end date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    breach record;
BEGIN
    SELECT * INTO breach FROM first_day_over(NULL, range_start, range_end);
    IF FOUND THEN
        RAISE EXCEPTION 'The policy ceiling would be exceeded on %.', breach.day
            USING ERRCODE = '23514', CONSTRAINT = 'guard_under_policy_ceiling', TABLE = 'deployments_deployment',
                  DETAIL = format('%s of %s places', breach.used, breach.allowed);
    END IF;
END $$
--;
-- Before a row takes a place or more days, its area is locked; lock order: ceiling, area, deployment.
CREATE OR REPLACE FUNCTION lock_before_taking_a_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT uses_place(NEW.kind, NEW.status) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND uses_place(OLD.kind, OLD.status) THEN
        IF OLD.mission_id = NEW.mission_id
           AND coalesce(NEW.arrived_on, NEW.starts_on) >= coalesce(OLD.arrived_on, OLD.starts_on)
           AND stay_ends(NEW.status, coalesce(NEW.departed_on, NEW.ends_on))
               <= stay_ends(OLD.status, coalesce(OLD.departed_on, OLD.ends_on)) THEN
            RETURN NEW;
        END IF;
    END IF;
    -- Under REPEATABLE READ the check below would look at an old picture and let too many in, silently.
    -- SERIALIZABLE, too: it sees only others that are serializable, and the web is not.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Places are taken under READ COMMITTED only.' USING ERRCODE = '25001';
    END IF;
    PERFORM 1 FROM missions_ceiling ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM missions_area
    WHERE id IN (SELECT area_id FROM {{areas_of_missions}} place WHERE place.mission_id = NEW.mission_id)
    ORDER BY id FOR NO KEY UPDATE;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_lock_before_taking_a_place
BEFORE INSERT OR UPDATE ON deployments_deployment FOR EACH ROW EXECUTE FUNCTION lock_before_taking_a_place()
--;
CREATE OR REPLACE FUNCTION check_cap_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained record;
BEGIN
    FOR gained IN
        SELECT area_id, lower(days) AS range_start, upper(days) - 1 AS range_end
        FROM (SELECT place.area_id, unnest(range_agg({{days_of | fresh}} * place.days)) AS days
              FROM new_rows fresh JOIN {{areas_of_missions}} place ON place.mission_id = fresh.mission_id
              WHERE uses_place(fresh.kind, fresh.status)
              GROUP BY place.area_id) stretches
        ORDER BY area_id, range_start
    LOOP
        PERFORM refuse_over_authorized_cap(gained.area_id, gained.range_start, gained.range_end);
        PERFORM refuse_over_policy_ceiling(gained.range_start, gained.range_end);
    END LOOP;
    RETURN NULL;
END $$
--;
CREATE OR REPLACE TRIGGER guard_cap_insert
AFTER INSERT ON deployments_deployment REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION check_cap_after_insert()
--;
-- A change is judged on the days that it gains, but for those recorded as an excess of this very deployment
-- (deployments.stays.excess); what only shrinks a stay, or leaves it, is never refused.
CREATE OR REPLACE FUNCTION check_cap_after_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained record;
BEGIN
    FOR gained IN
        SELECT area_id, lower(days) AS range_start, upper(days) - 1 AS range_end
        FROM (SELECT area_id, unnest(range_agg(now_there - was_there - recorded)) AS days
              FROM (SELECT place.area_id,
                           datemultirange({{days_of | fresh}} * place.days) AS now_there,
                           coalesce((SELECT range_agg({{days_of | stale}} * old_place.days)
                                     FROM {{areas_of_missions}} old_place
                                     WHERE uses_place(stale.kind, stale.status)
                                       AND old_place.mission_id = stale.mission_id
                                       AND old_place.area_id = place.area_id),
                                    datemultirange()) AS was_there,
                           coalesce((SELECT range_agg(daterange(excess.first_day, excess.last_day, '[]'))
                                     FROM deployments_excess excess WHERE excess.deployment_id = fresh.id),
                                    datemultirange()) AS recorded
                    FROM new_rows fresh
                    JOIN old_rows stale ON stale.id = fresh.id
                    JOIN {{areas_of_missions}} place ON place.mission_id = fresh.mission_id
                    WHERE uses_place(fresh.kind, fresh.status)) changed
              GROUP BY area_id) stretches
        ORDER BY area_id, range_start
    LOOP
        PERFORM refuse_over_authorized_cap(gained.area_id, gained.range_start, gained.range_end);
    END LOOP;
    -- Under the policy ceiling, whoever moves from one area to another was counted before.
    FOR gained IN
        SELECT lower(days) AS range_start, upper(days) - 1 AS range_end
        FROM (SELECT unnest(range_agg(datemultirange({{days_of | fresh}}) - counted_before - recorded)) AS days
              FROM new_rows fresh
              JOIN old_rows stale ON stale.id = fresh.id
              CROSS JOIN LATERAL (
                  SELECT CASE WHEN uses_place(stale.kind, stale.status) THEN datemultirange({{days_of | stale}})
                              ELSE datemultirange() END AS counted_before,
                         coalesce((SELECT range_agg(daterange(excess.first_day, excess.last_day, '[]'))
                                   FROM deployments_excess excess WHERE excess.deployment_id = fresh.id),
                                  datemultirange()) AS recorded) known
              WHERE uses_place(fresh.kind, fresh.status)) stretches
        ORDER BY range_start
    LOOP
        PERFORM refuse_over_policy_ceiling(gained.range_start, gained.range_end);
    END LOOP;
    RETURN NULL;
END $$
--;
CREATE OR REPLACE TRIGGER guard_cap_update
AFTER UPDATE ON deployments_deployment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION check_cap_after_update()
--;
CREATE OR REPLACE FUNCTION refuse_kind_that_does_not_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind = 'ancillary') = (SELECT kind = 'mission' FROM missions_mission WHERE id = NEW.mission_id) THEN
        RAISE EXCEPTION 'Deployments beside the missions, and no others, are ancillary.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_kind_fits_mission', TABLE = 'deployments_deployment';
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_kind_fits_mission
BEFORE INSERT OR UPDATE OF kind, mission_id ON deployments_deployment
FOR EACH ROW EXECUTE FUNCTION refuse_kind_that_does_not_fit()
--;
-- A mission for which somebody was planned moves to another area from a day on only, and the area before is kept; or back,
-- when that is withdrawn.
CREATE OR REPLACE FUNCTION refuse_mission_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind = 'mission') = (OLD.kind = 'mission') AND EXISTS (
        SELECT 1 FROM missions_formerarea former
        WHERE former.mission_id = OLD.id
          AND (former.withdrawn_at IS NULL AND former.area_id = OLD.area_id
               AND former.first_day IS NOT DISTINCT FROM OLD.area_since AND former.last_day + 1 = NEW.area_since
            OR former.withdrawn_at IS NOT NULL AND former.area_id = NEW.area_id
               AND former.first_day IS NOT DISTINCT FROM NEW.area_since AND former.last_day + 1 = OLD.area_since)
    ) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM deployments_deployment WHERE mission_id = OLD.id) THEN
        RAISE EXCEPTION 'Area and kind of a mission are fixed once somebody was planned for it.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_mission_fixed', TABLE = 'missions_mission';
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_mission_fixed
BEFORE UPDATE OF area_id, area_since, kind ON missions_mission FOR EACH ROW
WHEN (NEW.area_id <> OLD.area_id OR NEW.area_since IS DISTINCT FROM OLD.area_since OR (NEW.kind = 'mission') <> (OLD.kind = 'mission')) EXECUTE FUNCTION refuse_mission_change()
--;
-- Who decided about a waiver, when and why is never rewritten, not even when it is withdrawn.
CREATE OR REPLACE FUNCTION refuse_new_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The decision about a waiver is never rewritten.'
        USING ERRCODE = '23514', CONSTRAINT = 'guard_waiver_decision_kept', TABLE = 'deployments_waiver';
END $$
--;
CREATE OR REPLACE TRIGGER guard_waiver_decision_kept
BEFORE UPDATE ON deployments_waiver FOR EACH ROW
WHEN (OLD.decided_at IS NOT NULL
      AND (NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id OR NEW.decided_at IS DISTINCT FROM OLD.decided_at
           OR NEW.decision_note <> OLD.decision_note)) EXECUTE FUNCTION refuse_new_decision()
--;
-- Nobody is planned for a roster, or moved to one; who was planned before the mission became one stays there.
CREATE OR REPLACE FUNCTION refuse_deployment_to_roster() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.mission_id = OLD.mission_id THEN
        RETURN NEW;
    END IF;
    IF (SELECT kind = 'roster' FROM missions_mission WHERE id = NEW.mission_id) THEN
        RAISE EXCEPTION 'Nobody is deployed to a roster.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_roster_takes_nobody', TABLE = 'deployments_deployment';
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_roster_takes_nobody
BEFORE INSERT OR UPDATE OF mission_id ON deployments_deployment
FOR EACH ROW EXECUTE FUNCTION refuse_deployment_to_roster()
--;
CREATE OR REPLACE FUNCTION refuse_entry_beside_rosters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind <> 'roster' FROM missions_mission WHERE id = NEW.roster_id) THEN
        RAISE EXCEPTION 'People are put on rosters, and on no other mission.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_entry_on_roster', TABLE = 'deployments_rosterentry';
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_entry_on_roster
BEFORE INSERT OR UPDATE OF roster_id ON deployments_rosterentry
FOR EACH ROW EXECUTE FUNCTION refuse_entry_beside_rosters()
--;
CREATE OR REPLACE FUNCTION refuse_end_of_roster() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM deployments_rosterentry WHERE roster_id = OLD.id) THEN
        RAISE EXCEPTION 'People stand on this roster: it stays one.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_roster_fixed', TABLE = 'missions_mission';
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_roster_fixed
BEFORE UPDATE OF kind ON missions_mission FOR EACH ROW
WHEN (OLD.kind = 'roster' AND NEW.kind <> 'roster') EXECUTE FUNCTION refuse_end_of_roster()
--;
-- A team is one of the mission of the stay. This function and the next are those of missions.
CREATE OR REPLACE TRIGGER guard_deployment_team_of_the_mission
BEFORE INSERT OR UPDATE OF team_id, mission_id ON deployments_deployment
FOR EACH ROW WHEN (NEW.team_id IS NOT NULL) EXECUTE FUNCTION refuse_team_elsewhere()
--;
-- The id of a guarded row is never another: what compares a row before and after a change would take it for two.
CREATE OR REPLACE TRIGGER guard_deployment_id_kept
BEFORE UPDATE OF id ON deployments_deployment FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_excess_id_kept
BEFORE UPDATE OF id ON deployments_excess FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_waiver_id_kept
BEFORE UPDATE OF id ON deployments_waiver FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_roster_entry_id_kept
BEFORE UPDATE OF id ON deployments_rosterentry FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
-- Which days of which deployment an excess lets pass is never rewritten: it is confirmed, and no more.
CREATE OR REPLACE FUNCTION refuse_other_excess() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was recorded beyond a cap is never rewritten.'
        USING ERRCODE = '23514', CONSTRAINT = 'guard_excess_kept', TABLE = 'deployments_excess';
END $$
--;
CREATE OR REPLACE TRIGGER guard_excess_kept
BEFORE UPDATE ON deployments_excess FOR EACH ROW
WHEN (NEW.deployment_id <> OLD.deployment_id OR NEW.first_day <> OLD.first_day OR NEW.last_day <> OLD.last_day)
EXECUTE FUNCTION refuse_other_excess()
