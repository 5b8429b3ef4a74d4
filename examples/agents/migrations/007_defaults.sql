-- A file from before the history was kept by Whimbrel: it records itself, as many hand-made ones do.
-- Description: Defaults of the platform

CREATE TABLE defaults (
  name TEXT NOT NULL PRIMARY KEY,
  value JSON NOT NULL
);
INSERT INTO defaults (name, value) VALUES
  ('model', '{"name": "small-1"}'),
  ('limits', '{"steps": 50, "seconds": 600, "retries": {"max": 3, "wait": [1, 5, 25]}}');

INSERT INTO schema_migrations (version, description)
VALUES ('007', 'Defaults of the platform')
ON CONFLICT (version) DO NOTHING;
