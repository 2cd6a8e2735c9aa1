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
