CREATE TRIGGER IF NOT EXISTS guard_event_not_changed
BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'guard_event_not_changed');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_event_not_removed
BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'guard_event_not_removed');
END
--;
-- INSERT OR REPLACE removes a row without a word to the trigger above.
CREATE TRIGGER IF NOT EXISTS guard_event_not_replaced
BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'guard_event_not_replaced');
END
