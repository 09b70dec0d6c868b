-- What tells this database from every other one, wherever its file lies: by it an app finds what it has
-- claimed in a folder that several apps share (see core/jobs/owner.py).
CREATE TABLE ops.installation (id UUID);
INSERT INTO ops.installation SELECT gen_random_uuid();
