-- Fragments; foundation.sql_fragments says how they are filled in. Both ends of a paper are days on which it is in force.
-- {{overlaps_new | row}} =
:row.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
AND COALESCE(:row.valid_to, '9999-12-31') >= NEW.valid_from
--;
-- {{refuse_second_authorization}} =
SELECT RAISE(ABORT, 'guard_one_authorization_a_day') WHERE EXISTS (
    SELECT 1 FROM missions_authorization other
    WHERE other.id <> NEW.id AND other.area_id = NEW.area_id AND other.state = 'issued'
      AND {{overlaps_new | other}})
--;
-- {{refuse_second_ceiling}} =
SELECT RAISE(ABORT, 'guard_one_ceiling_a_day') WHERE EXISTS (
    SELECT 1 FROM missions_ceiling other
    WHERE other.id <> NEW.id
      AND {{overlaps_new | other}})
--;
CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_insert
AFTER INSERT ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    {{refuse_second_authorization}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_authorization_a_day_update
AFTER UPDATE ON missions_authorization
WHEN NEW.state = 'issued'
BEGIN
    {{refuse_second_authorization}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_insert
AFTER INSERT ON missions_ceiling
BEGIN
    {{refuse_second_ceiling}};
END
--;
CREATE TRIGGER IF NOT EXISTS guard_one_ceiling_a_day_update
AFTER UPDATE ON missions_ceiling
BEGIN
    {{refuse_second_ceiling}};
END
