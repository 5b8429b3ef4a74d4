SET search_path = zoo, public;

CREATE VIEW plain_view AS SELECT id, a FROM constrained;
CREATE VIEW "View ""q"".x" ("a ""b""", "select") AS SELECT id, c FROM constrained WHERE c <> 'it''s \ ';
CREATE VIEW renamed_columns (one_, two_) AS SELECT 1, 'x'::text;
CREATE VIEW on_views AS SELECT p.id, q."select" FROM plain_view p JOIN "View ""q"".x" q ON q."a ""b""" = p.id;
CREATE VIEW on_on_views AS SELECT * FROM on_views WHERE id IN (SELECT id FROM plain_view);
CREATE VIEW grouped_by_key AS SELECT id, a, b, c, count(*) FROM constrained GROUP BY id;
CREATE VIEW on_grouped AS SELECT id, c FROM grouped_by_key;
CREATE VIEW barrier WITH (security_barrier = true) AS SELECT id FROM constrained;
CREATE VIEW checked WITH (security_invoker = true, check_option = cascaded) AS SELECT id, a FROM constrained WHERE a > 5;
CREATE VIEW checked_locally AS SELECT id, a FROM constrained WHERE a > 6 WITH LOCAL CHECK OPTION;
CREATE VIEW with_defaults AS SELECT id, a, c FROM constrained;
ALTER VIEW with_defaults ALTER c SET DEFAULT 'it''s the view''s', ALTER a SET DEFAULT one();
CREATE RECURSIVE VIEW counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 5;
CREATE VIEW many_things AS
  WITH RECURSIVE tree AS (SELECT id, parent, 1 AS depth FROM refers WHERE parent IS NULL UNION ALL
                          SELECT r.id, r.parent, t.depth + 1 FROM refers r JOIN tree t ON r.parent = t.id)
  SELECT t.id, rank() OVER w AS place, CASE WHEN t.depth > 3 THEN 'deep' ELSE 'flat' END AS how, x.n, ARRAY(SELECT generate_series(1, 3)) AS three,
         (SELECT max(e) FROM constrained) AS most, total(t.depth) OVER (PARTITION BY t.parent ORDER BY t.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS running,
         't'::"char" AS letter, of_domain(1, 'ok', '{}') AS feeling, greatest(t.id, 1) AS big
    FROM tree t LEFT JOIN LATERAL (SELECT t.depth * 2 AS n) x ON true
  WINDOW w AS (PARTITION BY t.depth ORDER BY t.id DESC)
  ORDER BY 1 LIMIT 10;
CREATE VIEW whole_rows AS SELECT v AS whole, (v).id FROM constrained v;
CREATE VIEW of_functions AS SELECT f."from", f."x y", a.n, z.x FROM "Odd ""name"".f"(1) f, unnest(ARRAY[1, 2]) WITH ORDINALITY a (v, n), ROWS FROM (generate_series(1, 2), set_of()) AS z (g, x, y, w);
CREATE VIEW no_columns_view AS SELECT;
CREATE VIEW joined_using AS SELECT * FROM ring_a JOIN (SELECT id AS b, c FROM ring_b) r USING (b) NATURAL LEFT JOIN (SELECT 1 AS c, 2 AS zzz) n;
CREATE TEMPORARY VIEW not_exported AS SELECT 1 AS one;
COMMENT ON VIEW plain_view IS 'a view';
COMMENT ON COLUMN plain_view.id IS 'a column of a view';

CREATE MATERIALIZED VIEW summary AS SELECT feeling, count(*) AS n FROM animals GROUP BY feeling WITH DATA;
CREATE UNIQUE INDEX summary_key ON summary (feeling);
CREATE MATERIALIZED VIEW on_summary AS SELECT sum(n) AS total, twice(1) AS two FROM summary;
CREATE MATERIALIZED VIEW not_filled WITH (fillfactor = 30) AS SELECT * FROM on_views WITH NO DATA;
CREATE INDEX not_filled_index ON not_filled ("select");
CREATE VIEW on_materialized AS SELECT total FROM on_summary;
CREATE MATERIALIZED VIEW grouped_materialized AS SELECT id, c, count(*) FROM constrained GROUP BY id;
ALTER MATERIALIZED VIEW summary CLUSTER ON summary_key;
ALTER MATERIALIZED VIEW summary ALTER n SET STATISTICS 44;
COMMENT ON MATERIALIZED VIEW summary IS 'a summary';
COMMENT ON COLUMN summary.n IS 'how many';

-- Views in a circle: the first one was another before.
CREATE VIEW circle_a AS SELECT 1 AS n, 'x'::text AS t;
CREATE VIEW circle_b AS SELECT n, t FROM circle_a;
CREATE OR REPLACE VIEW circle_a AS SELECT n, t FROM circle_b;
