SET search_path = zoo, public;
CREATE COLLATION built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE TABLE by_identity (id integer GENERATED ALWAYS AS IDENTITY, k integer) PARTITION BY LIST (k);
CREATE TABLE by_identity_1 PARTITION OF by_identity FOR VALUES IN (1);
CREATE TABLE excluded_parts (k integer, r int4range, EXCLUDE USING gist (k ext.gist_int4_ops WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE excluded_parts_1 PARTITION OF excluded_parts FOR VALUES IN (1);
