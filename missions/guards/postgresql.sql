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
-- Entries (foundation.entries) are never rewritten or removed: each may only be withdrawn, once.
CREATE OR REPLACE FUNCTION refuse_rewritten_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    withdrawal text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawal_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - withdrawal <> to_jsonb(OLD) - withdrawal THEN
        RAISE EXCEPTION 'What was recorded is never changed or removed; it is withdrawn.'
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_mission_state_kept
BEFORE UPDATE OR DELETE ON missions_missionstate FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
--;
CREATE OR REPLACE TRIGGER guard_area_name_kept
BEFORE UPDATE OR DELETE ON missions_areaformername FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
--;
CREATE OR REPLACE TRIGGER guard_mission_name_kept
BEFORE UPDATE OR DELETE ON missions_missionformername FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
--;
CREATE OR REPLACE TRIGGER guard_area_succession_kept
BEFORE UPDATE OR DELETE ON missions_areasuccession FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
--;
CREATE OR REPLACE TRIGGER guard_former_area_kept
BEFORE UPDATE OR DELETE ON missions_formerarea FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
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
--;
-- The id of a guarded row is never another: what compares a row before and after a change would take it for two.
CREATE OR REPLACE FUNCTION refuse_another_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The id of a row is never changed.'
        USING ERRCODE = '23514', CONSTRAINT = 'guard_id_kept', TABLE = TG_TABLE_NAME;
END $$
--;
CREATE OR REPLACE TRIGGER guard_ceiling_id_kept
BEFORE UPDATE OF id ON missions_ceiling FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_authorization_id_kept
BEFORE UPDATE OF id ON missions_authorization FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_area_id_kept
BEFORE UPDATE OF id ON missions_area FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
CREATE OR REPLACE TRIGGER guard_mission_id_kept
BEFORE UPDATE OF id ON missions_mission FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION refuse_another_id()
--;
-- Ceilings and authorizations are ended or withdrawn, never deleted.
CREATE OR REPLACE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This is ended, never deleted.'
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$
--;
CREATE OR REPLACE TRIGGER guard_ceiling_not_removed
BEFORE DELETE ON missions_ceiling FOR EACH ROW EXECUTE FUNCTION refuse_removal()
--;
CREATE OR REPLACE TRIGGER guard_authorization_not_removed
BEFORE DELETE ON missions_authorization FOR EACH ROW EXECUTE FUNCTION refuse_removal()
--;
-- A team is one of the mission of the position, and stays with its mission.
CREATE OR REPLACE FUNCTION refuse_team_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT mission_id FROM missions_team WHERE id = NEW.team_id) <> NEW.mission_id THEN
        RAISE EXCEPTION 'This team belongs to another mission.'
            USING ERRCODE = '23514', CONSTRAINT = 'guard_team_of_the_mission', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$
--;
CREATE OR REPLACE TRIGGER guard_position_team_of_the_mission
BEFORE INSERT OR UPDATE OF team_id, mission_id ON missions_position
FOR EACH ROW WHEN (NEW.team_id IS NOT NULL) EXECUTE FUNCTION refuse_team_elsewhere()
--;
CREATE OR REPLACE FUNCTION refuse_team_of_another_mission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A team stays with its mission.'
        USING ERRCODE = '23514', CONSTRAINT = 'guard_team_stays', TABLE = 'missions_team';
END $$
--;
CREATE OR REPLACE TRIGGER guard_team_stays
BEFORE UPDATE OF mission_id ON missions_team
FOR EACH ROW WHEN (NEW.mission_id <> OLD.mission_id) EXECUTE FUNCTION refuse_team_of_another_mission()
