SET search_path = zoo, public;
CREATE FUNCTION on_event() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF current_setting('zoo.no_tables', true) = 'yes' THEN RAISE 'no tables'; END IF; END $$;
CREATE EVENT TRIGGER at_start ON ddl_command_start EXECUTE FUNCTION on_event();
CREATE EVENT TRIGGER "at ""end""" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION on_event();
CREATE EVENT TRIGGER at_rewrite ON table_rewrite EXECUTE FUNCTION on_event();
CREATE EVENT TRIGGER at_drop ON sql_drop EXECUTE FUNCTION on_event();
ALTER EVENT TRIGGER at_rewrite DISABLE;
ALTER EVENT TRIGGER at_drop ENABLE REPLICA;
ALTER EVENT TRIGGER "at ""end""" ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER at_start IS 'an event trigger';

CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true);
CREATE PUBLICATION of_schemas FOR TABLES IN SCHEMA yard, "with.dot", TABLE zoo.ring_c WITH (publish = 'delete');
CREATE SUBSCRIPTION zoo_subscription CONNECTION 'host=far.example dbname=its' PUBLICATION everything, "Some ""tables""" WITH (connect = false, slot_name = NONE, binary = true, streaming = true, synchronous_commit = local);
COMMENT ON SUBSCRIPTION zoo_subscription IS 'a subscription';
