-- Roles belong to the cluster, so they may be there from another test.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['zoo_owner', 'zoo_reader', 'zoo_writer', 'zoo "quoted" role'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = r) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', r);
    END IF;
  END LOOP;
END $$;
