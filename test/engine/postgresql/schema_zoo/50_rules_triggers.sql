SET search_path = zoo, public;

CREATE TABLE log (at timestamptz DEFAULT now(), what text);
CREATE FUNCTION into_view() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO zoo.log (what) VALUES (NEW.id::text); RETURN NEW; END $$;
CREATE RULE no_delete AS ON DELETE TO ring_a DO INSTEAD NOTHING;
CREATE RULE "also ""log""" AS ON INSERT TO ring_a WHERE NEW.id > 10 DO ALSO (INSERT INTO log (what) VALUES ('it''s' || NEW.id); UPDATE ring_b SET c = NEW.id WHERE id = NEW.b);
CREATE RULE into_plain_view AS ON INSERT TO plain_view DO INSTEAD INSERT INTO constrained (id, a) VALUES (NEW.id, NEW.a) RETURNING id, a;
CREATE RULE off AS ON UPDATE TO ring_a DO ALSO SELECT 1;
CREATE RULE in_replica AS ON UPDATE TO ring_b DO ALSO SELECT OLD.id;
CREATE RULE always AS ON UPDATE TO ring_b DO ALSO SELECT NEW.*;
ALTER TABLE ring_a DISABLE RULE off;
ALTER TABLE ring_b ENABLE REPLICA RULE in_replica;
ALTER TABLE ring_b ENABLE ALWAYS RULE always;
CREATE RULE notifies AS ON UPDATE TO ring_c DO ALSO NOTIFY log;
COMMENT ON RULE no_delete ON ring_a IS 'nothing goes';

CREATE TRIGGER before_row BEFORE INSERT OR UPDATE OF a, "c" ON constrained FOR EACH ROW WHEN (NEW.a IS DISTINCT FROM 7 AND NEW.c <> 'it''s') EXECUTE FUNCTION touch('an ''argument''', E'two\nlines \\', '');
CREATE TRIGGER "after ""statement"".x" AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON constrained EXECUTE FUNCTION touch();
CREATE TRIGGER transition AFTER UPDATE ON constrained REFERENCING OLD TABLE AS "old ""rows""" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON constrained DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER from_other AFTER INSERT ON refers FROM constrained NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON on_views FOR EACH ROW EXECUTE FUNCTION into_view();
CREATE TRIGGER on_view_statement AFTER INSERT ON on_views FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER disabled BEFORE INSERT ON refers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER in_replica BEFORE INSERT ON refers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER always BEFORE INSERT ON refers FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE refers DISABLE TRIGGER disabled;
ALTER TABLE refers ENABLE REPLICA TRIGGER in_replica;
ALTER TABLE refers ENABLE ALWAYS TRIGGER always;
CREATE TRIGGER on_partitions AFTER INSERT ON animals FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER always_on_partitions AFTER UPDATE ON animals FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE animals ENABLE ALWAYS TRIGGER always_on_partitions;
ALTER TABLE animals_sad DISABLE TRIGGER on_partitions;
CREATE TRIGGER own_of_partition BEFORE INSERT ON animals_rest FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER a_builtin_function BEFORE UPDATE ON indexed FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
COMMENT ON TRIGGER before_row ON constrained IS 'before each row';
COMMENT ON TRIGGER on_partitions ON animals IS 'and on the partitions';

-- Cyclic: the rule of a view that inserts into the view's own table, whose trigger writes into the view.
CREATE RULE view_to_view AS ON UPDATE TO on_on_views DO INSTEAD UPDATE plain_view SET a = 1 WHERE plain_view.id = OLD.id;
