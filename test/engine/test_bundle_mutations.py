"""Random documents with one mutation each: validate finds it or it is harmless, an import is never half done, and a rollback
restores every row. A mutation is made by seed, so that a failure can be repeated."""
import json
import random

from bundles import create, define, export, fill

DOCUMENTS = 500  # on each engine
TABLES = ["databases", "agents", "agent_permissions", "permission_actions", "agent_tables"]


def places(tree, way=()):
    yield way
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in members:
        yield from places(value, (*way, name))


def at(tree, way):
    for step in way:
        tree = tree[step]
    return tree


def mutate(text, chance):
    """One change somewhere; the document's text."""
    if chance.random() < 0.1:
        cut = chance.randrange(len(text))
        return text[:cut] + chance.choice(["", "}", '"', ",", "\\", "x"]) + text[cut + chance.randrange(3):]
    tree = json.loads(text)
    *way, last = chance.choice([way for way in places(tree) if way])
    parent = at(tree, way)
    kind = chance.randrange(6)
    values = [None, 0, -1.5, True, "", "other", [], {}, [1], {"a": 1}, "é\u0001", 2**70, "agt-2", "read"]
    if kind == 0:
        parent[last] = chance.choice(values)
    elif kind == 1:
        del parent[last]
    elif kind == 2 and isinstance(parent, dict):
        parent[chance.choice(["extra", "nam", "Type", ""])] = parent.pop(last)
    elif kind == 3 and isinstance(parent, list):
        parent.append(parent[last])
    elif kind == 4:
        parent[last] = [parent[last]]
    else:
        other = chance.choice([way for way in places(tree) if way])
        parent[last] = json.loads(json.dumps(at(tree, other)))
    return json.dumps(tree)


def test_one_mutation_each(new_db):
    dev, prod = fill(create(new_db(), 1), 1), create(new_db(), 300)
    for db in (dev, prod):
        define(db)
    document = export(dev)
    if prod.engine == "sqlite":
        prod.sql("PRAGMA synchronous = OFF")
    prod.call("bundle_import", document)
    everything = prod.digests(tables=TABLES)
    rows_of = lambda: [prod.sql(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    before = rows_of()
    outcomes = {"refused": 0, "imported": 0, "unchanged": 0}
    for seed in range(DOCUMENTS):
        text = mutate(document, random.Random(seed))
        options = json.dumps({"prune": seed % 2 == 0})
        problems = None
        try:
            problems = [row for row in prod.call("bundle_validate", text) if row["severity"] == "error"]
        except Exception:  # PostgreSQL refuses what is no JSON before we see it
            json_is_valid = True
            try:
                json.loads(text)
            except ValueError:
                json_is_valid = False
            assert not json_is_valid or "\\u0000" in text, (seed, text)
        try:
            rows = prod.call("bundle_import", text, options)
        except Exception as error:
            # What a column of SQLite does to a large number is seen only when it has done it.
            assert problems is None or problems or "rounds its values" in str(error), (seed, str(error))
            assert rows_of() == before, seed
            outcomes["refused"] += 1
            continue
        assert problems == [], (seed, problems)
        run = rows[0]["run_id"]
        if run is None:
            assert rows_of() == before, seed
            outcomes["unchanged"] += 1
            continue
        assert {row["summary"] for row in prod.call("bundle_import", text, options)} == {"nothing to change"}, seed
        prod.call("bundle_rollback", str(run))
        assert rows_of() == before, seed
        outcomes["imported"] += 1
    assert prod.digests(tables=TABLES) == everything
    assert min(outcomes.values()) > DOCUMENTS // 50, outcomes
