CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_insert
AFTER INSERT ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    SELECT RAISE(ABORT, 'guard_one_authorization_a_day') WHERE EXISTS (
        SELECT 1 FROM missions_authorization other
        WHERE other.id <> NEW.id AND other.area_id = NEW.area_id AND other.state = 'issued'
          AND other.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
          AND COALESCE(other.valid_to, '9999-12-31') >= NEW.valid_from);
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_update
AFTER UPDATE ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    SELECT RAISE(ABORT, 'guard_one_authorization_a_day') WHERE EXISTS (
        SELECT 1 FROM missions_authorization other
        WHERE other.id <> NEW.id AND other.area_id = NEW.area_id AND other.state = 'issued'
          AND other.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
          AND COALESCE(other.valid_to, '9999-12-31') >= NEW.valid_from);
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_insert
AFTER INSERT ON missions_ceiling
BEGIN
    SELECT RAISE(ABORT, 'guard_one_ceiling_a_day') WHERE EXISTS (
        SELECT 1 FROM missions_ceiling other
        WHERE other.id <> NEW.id
          AND other.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
          AND COALESCE(other.valid_to, '9999-12-31') >= NEW.valid_from);
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_update
AFTER UPDATE ON missions_ceiling
BEGIN
    SELECT RAISE(ABORT, 'guard_one_ceiling_a_day') WHERE EXISTS (
        SELECT 1 FROM missions_ceiling other
        WHERE other.id <> NEW.id
          AND other.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
          AND COALESCE(other.valid_to, '9999-12-31') >= NEW.valid_from);
END
