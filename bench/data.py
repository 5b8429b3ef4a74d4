"""The benchmark data: the same four tables on both engines, rows made by SQL from their number, so every run and
every engine sees the same. logs and workflows have the shapes of the sample application (examples/agents)."""

from dataclasses import dataclass


@dataclass
class BenchTable:
    name: str
    rows: int                # at size 1
    postgresql: str          # column definitions
    sqlite: str
    postgresql_select: str   # of one row, with i as its number
    sqlite_select: str


# ~1 KB: ten nodes that name agents, and edges
_PG_FLOW = """jsonb_build_object('name', 'flow ' || i, 'version', 3, 'nodes',
  (SELECT jsonb_agg(jsonb_build_object('id', 'node-' || n, 'type', 'agent', 'position', jsonb_build_object('x', n * 10, 'y', i % 100),
     'data', jsonb_build_object('agentId', (i * 7 + n) % 1000, 'label', 'step ' || n))) FROM generate_series(1, 8) n))"""
_SQLITE_FLOW = """json_object('name', 'flow ' || i, 'version', 3, 'nodes',
  (SELECT json_group_array(json_object('id', 'node-' || n, 'type', 'agent', 'position', json_object('x', n * 10, 'y', i % 100),
     'data', json_object('agentId', (i * 7 + n) % 1000, 'label', 'step ' || n))) FROM
     (SELECT 1 n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8)))"""

TABLES = {
    "logs": BenchTable(
        "logs", 1_000_000,
        "id bigint, agent_id bigint, workflow_id bigint, level text, message text, duration_ms int, created_at timestamptz",
        "id INTEGER, agent_id INTEGER, workflow_id INTEGER, level TEXT, message TEXT, duration_ms INTEGER, created_at DATETIME",
        "i, i % 1000, i % 200, (ARRAY['debug','info','warn','error'])[1 + i % 4], 'step ' || i || ' finished: ' || repeat(md5(i::text), 3),"
        " (i % 5000)::int, timestamptz '2026-01-01 00:00:00Z' + i * interval '1.5 second'",
        "i, i % 1000, i % 200, CASE i % 4 WHEN 0 THEN 'debug' WHEN 1 THEN 'info' WHEN 2 THEN 'warn' ELSE 'error' END,"
        " 'step ' || i || ' finished: ' || printf('%096d', i * 7919), i % 5000, datetime('2026-01-01', '+' || i || ' seconds')"),
    "workflows": BenchTable(
        "workflows", 100_000,
        "id bigint, name text, flow_data jsonb, is_active boolean, created_at timestamptz",
        "id INTEGER, name TEXT, flow_data JSON, is_active BOOLEAN, created_at DATETIME",
        f"i, 'workflow ' || i, {_PG_FLOW}, i % 3 = 0, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute'",
        f"i, 'workflow ' || i, {_SQLITE_FLOW}, i % 3 = 0, datetime('2026-01-01', '+' || i || ' minutes')"),
    "narrow": BenchTable(
        "narrow", 5_000_000,
        "id bigint, n int, t text", "id INTEGER, n INTEGER, t TEXT",
        "i, (i::bigint * 7919 % 1000003)::int, 'value ' || i % 100000", "i, i * 7919 % 1000003, 'value ' || i % 100000"),
    "types": BenchTable(
        "types", 200_000,
        "id bigint, s smallint, amount numeric(12,2), ratio float8, score float4, ok boolean, code varchar(20), raw bytea, day date,"
        " at time, stamp timestamp, zoned timestamptz, uid uuid, doc json, docb jsonb, tags text[], numbers int[]",
        "id INTEGER, s INTEGER, amount NUMERIC(12,2), ratio REAL, score REAL, ok BOOLEAN, code VARCHAR(20), raw BLOB, day DATE,"
        " at TIME, stamp DATETIME, zoned DATETIME, uid UUID, doc JSON, docb JSON, tags JSON, numbers JSON",
        "i, (i % 30000)::smallint, (i % 1000000)::numeric / 100, sqrt(i::float8), (i / 7.0)::float4, i % 2 = 0, 'code-' || i,"
        " decode(md5(i::text), 'hex'), date '2020-01-01' + (i % 3000)::int, time '00:00' + (i % 86400) * interval '1 second',"
        " timestamp '2026-01-01' + i * interval '1 second', timestamptz '2026-01-01Z' + i * interval '0.25 second',"
        " md5(i::text)::uuid, json_build_object('a', i, 'b', 'x' || i), jsonb_build_object('a', i, 'b', 'x' || i),"
        " ARRAY['red', 'green', 'tag ' || i], ARRAY[i::int, 2, 3]",
        "i, i % 30000, (i % 1000000) / 100.0, sqrt(i), i / 7.0, i % 2, 'code-' || i, randomblob(16), date('2020-01-01', '+' || i % 3000 || ' days'),"
        " time(i % 86400, 'unixepoch'), datetime('2026-01-01', '+' || i || ' seconds'), datetime('2026-01-01', '+' || i || ' seconds'),"
        " lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6))),"
        " json_object('a', i, 'b', 'x' || i), json_object('a', i, 'b', 'x' || i), json_array('red', 'green', 'tag ' || i), json_array(i, 2, 3)"),
}


def postgresql_fill(table, rows):
    t = TABLES[table]
    return (f"CREATE TABLE {table} ({t.postgresql}); "
            f"INSERT INTO {table} SELECT {t.postgresql_select} FROM generate_series(1, {rows}) i; "
            f"ALTER TABLE {table} ADD PRIMARY KEY (id);")


def sqlite_fill(table, rows):
    t = TABLES[table]
    columns = t.sqlite.replace("id INTEGER", "id INTEGER PRIMARY KEY", 1)
    return (f"CREATE TABLE {table} ({columns}); "
            f"INSERT INTO {table} WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {rows}) "
            f"SELECT {t.sqlite_select} FROM c;")
