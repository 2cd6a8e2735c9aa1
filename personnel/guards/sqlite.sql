-- Fragments; foundation.sql_fragments says how they are filled in.
-- Entries (foundation.entries) are never rewritten or removed: each may only be withdrawn, once.
-- {{rewritten}} =
OLD.withdrawn_at IS NOT NULL OR NEW.id <> OLD.id
OR NEW.reason_en <> OLD.reason_en OR NEW.reason_fr <> OLD.reason_fr
OR NEW.recorded_by_id IS NOT OLD.recorded_by_id OR NEW.recorded_at <> OLD.recorded_at
--;
CREATE TRIGGER IF NOT EXISTS guard_service_name_kept
BEFORE UPDATE ON personnel_serviceformername
WHEN {{rewritten}}
  OR NEW.service_id IS NOT OLD.service_id
  OR NEW.name_en IS NOT OLD.name_en
  OR NEW.name_fr IS NOT OLD.name_fr
  OR NEW.abbreviation_en IS NOT OLD.abbreviation_en
  OR NEW.abbreviation_fr IS NOT OLD.abbreviation_fr
  OR NEW.last_day IS NOT OLD.last_day
BEGIN
    SELECT RAISE(ABORT, 'guard_service_name_kept');
END
--;
CREATE TRIGGER IF NOT EXISTS guard_service_name_not_removed
BEFORE DELETE ON personnel_serviceformername
BEGIN
    SELECT RAISE(ABORT, 'guard_service_name_kept');
END
