CREATE EXTENSION IF NOT EXISTS btree_gist
--;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'guard_one_authorization_a_day') THEN
        ALTER TABLE missions_authorization ADD CONSTRAINT guard_one_authorization_a_day
            EXCLUDE USING gist (area_id WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
            WHERE (state = 'issued');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'guard_one_ceiling_a_day') THEN
        ALTER TABLE missions_ceiling ADD CONSTRAINT guard_one_ceiling_a_day
            EXCLUDE USING gist (daterange(valid_from, valid_to, '[]') WITH &&);
    END IF;
END $$
--;
-- A state of a mission is never rewritten: it may only be withdrawn, once.
CREATE OR REPLACE FUNCTION refuse_mission_state_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A state of a mission is never changed or removed; it is withdrawn.'
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = 'missions_missionstate';
END $$
--;
CREATE OR REPLACE TRIGGER guard_mission_state_kept
BEFORE UPDATE ON missions_missionstate FOR EACH ROW
WHEN (OLD.withdrawn_at IS NOT NULL
      OR (NEW.mission_id, NEW.state, NEW.from_day, NEW.reason_en, NEW.reason_fr, NEW.recorded_by_id, NEW.recorded_at)
         IS DISTINCT FROM
         (OLD.mission_id, OLD.state, OLD.from_day, OLD.reason_en, OLD.reason_fr, OLD.recorded_by_id, OLD.recorded_at))
EXECUTE FUNCTION refuse_mission_state_change()
--;
CREATE OR REPLACE TRIGGER guard_mission_state_not_removed
BEFORE DELETE ON missions_missionstate FOR EACH ROW EXECUTE FUNCTION refuse_mission_state_change()
--;
-- A mission that is closed in the end has its last day on the day before.
CREATE OR REPLACE FUNCTION refuse_other_last_day(mission bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM missions_mission
        JOIN (SELECT mission_id, state, from_day FROM missions_missionstate
              WHERE mission_id = mission AND withdrawn_at IS NULL
              ORDER BY from_day DESC LIMIT 1) newest ON newest.mission_id = missions_mission.id
        WHERE newest.state = 'closed' AND ends_on IS DISTINCT FROM newest.from_day - 1
    ) THEN
        RAISE EXCEPTION 'A mission that is closed has its last day on the day before.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_closed_after_last_day', TABLE = 'missions_mission';
    END IF;
END $$
--;
CREATE OR REPLACE FUNCTION check_last_day_after_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_other_last_day(NEW.mission_id);
    RETURN NULL;
END $$
--;
CREATE OR REPLACE FUNCTION check_last_day_after_mission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_other_last_day(NEW.id);
    RETURN NULL;
END $$
--;
CREATE OR REPLACE TRIGGER guard_closed_after_last_day_state
AFTER INSERT OR UPDATE ON missions_missionstate FOR EACH ROW EXECUTE FUNCTION check_last_day_after_state()
--;
CREATE OR REPLACE TRIGGER guard_closed_after_last_day_mission
AFTER UPDATE OF ends_on ON missions_mission FOR EACH ROW EXECUTE FUNCTION check_last_day_after_mission()
