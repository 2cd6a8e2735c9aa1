-- The function is one of missions, whose guards are installed before.
CREATE OR REPLACE TRIGGER guard_service_name_kept
BEFORE UPDATE OR DELETE ON personnel_serviceformername FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_entry()
