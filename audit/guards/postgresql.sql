CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An audit event is never changed or removed.'
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
END $$
--;
CREATE OR REPLACE TRIGGER guard_event_not_changed
BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
--;
CREATE OR REPLACE TRIGGER guard_events_not_emptied
BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
--;
CREATE OR REPLACE TRIGGER guard_event_not_removed
BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
