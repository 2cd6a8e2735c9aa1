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
