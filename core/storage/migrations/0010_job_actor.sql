-- A job acts for whoever submitted it: in the same role, and for the same request.
ALTER TABLE ops.jobs ADD COLUMN role VARCHAR;
ALTER TABLE ops.jobs ADD COLUMN request VARCHAR;
