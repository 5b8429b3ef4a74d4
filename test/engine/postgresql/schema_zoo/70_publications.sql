SET search_path = zoo, public;
CREATE PUBLICATION nothing_at_all;
CREATE PUBLICATION "Some ""tables""" FOR TABLE ring_a, ONLY parents, priced (id, feeling) WHERE (id > 3), animals WITH (publish = 'insert, update', publish_via_partition_root = true);
ALTER PUBLICATION "Some ""tables""" ADD TABLE "Awkward ""table"".x -- ;" ("a ""col"".x");
CREATE PUBLICATION only_truncate FOR TABLE ring_b WHERE (c IS NOT NULL AND id <> 7) WITH (publish = 'truncate');
CREATE PUBLICATION no_action FOR TABLE ring_b WITH (publish = '');
COMMENT ON PUBLICATION only_truncate IS 'a publication';
