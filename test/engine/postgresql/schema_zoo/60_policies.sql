SET search_path = zoo, public;

CREATE TABLE secured (id integer PRIMARY KEY, owner_name name DEFAULT CURRENT_USER, body text);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON secured USING (true);
CREATE POLICY "own ""rows"".x" ON secured AS RESTRICTIVE FOR ALL TO zoo_reader, "zoo ""quoted"" role" USING (owner_name = CURRENT_USER AND body <> 'it''s') WITH CHECK (id > 0);
CREATE POLICY on_select ON secured FOR SELECT TO PUBLIC USING (id IN (SELECT id FROM parents));
CREATE POLICY on_insert ON secured FOR INSERT TO zoo_writer WITH CHECK (twice(id) > 0);
CREATE POLICY on_update ON secured FOR UPDATE TO zoo_writer USING (id > 1) WITH CHECK (id > 2);
CREATE POLICY on_delete ON secured FOR DELETE USING (EXISTS (SELECT FROM secured s WHERE s.id = secured.id));
COMMENT ON POLICY everybody ON secured IS 'all of them';
CREATE TABLE enabled_only (id integer);
ALTER TABLE enabled_only ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced_only (id integer);
ALTER TABLE forced_only FORCE ROW LEVEL SECURITY;
CREATE TABLE policy_only (id integer);
CREATE POLICY waiting ON policy_only USING (false);
