"""Random documents with random faults and options, imported by both engines: both do the same or refuse both, a refusal and a
dry run leave nothing, a dry run counts what the import then does, and import_validate says beforehand whether it will be refused."""
import json
import random

import pytest

TABLES = ("teams", "users", "members", "posts", "a", "b")
SCHEMA = """CREATE TABLE teams (k text PRIMARY KEY NOT NULL, title text);
CREATE TABLE users (id integer PRIMARY KEY NOT NULL, name text, parent integer REFERENCES users (id), age integer NOT NULL DEFAULT 7);
CREATE TABLE members (team text NOT NULL REFERENCES teams (k), usr integer NOT NULL REFERENCES users (id), role text, PRIMARY KEY (team, usr));
CREATE TABLE posts (id integer PRIMARY KEY NOT NULL, author integer NOT NULL REFERENCES users (id), team text, mate integer, body text,
                    FOREIGN KEY (team, mate) REFERENCES members (team, usr) ON DELETE CASCADE);"""
CIRCLE = {"sqlite": "CREATE TABLE a (id integer PRIMARY KEY NOT NULL, b integer REFERENCES b (id)); CREATE TABLE b (id integer PRIMARY KEY NOT NULL, a integer REFERENCES a (id));",
          "postgresql": """CREATE TABLE a (id integer PRIMARY KEY NOT NULL, b integer); CREATE TABLE b (id integer PRIMARY KEY NOT NULL, a integer REFERENCES a (id));
                           ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id);"""}
COUNTS = ("table_name", "read", "inserted", "updated", "unchanged", "skipped", "deleted")


def document(random, faults):
    """Rows of all tables; with faults some of them name others that are not there, stand twice, have no value, or whole tables are missing."""
    def maybe(share):
        return faults and random.random() < share
    ids = random.sample(range(1, 7), random.randint(0, 5))
    users = [{"id": number, "name": f"n{number}"} for number in ids]
    for user in users:
        if random.random() < 0.6:
            user["parent"] = 50 if maybe(0.05) else random.choice([*ids, None])
        if random.random() < 0.4:
            user["age"] = random.randint(1, 90)
    teams = [{"k": key, "title": random.choice(["t", None])} for key in random.sample("xyz", random.randint(0, 3))]
    members = [{"team": team["k"], "usr": number, "role": random.choice(["r", None])} for team in teams for number in ids if random.random() < 0.5]
    if maybe(0.1):
        members.append({"team": "q", "usr": 1, "role": "x"})
    posts = []
    for number in random.sample(range(1, 7), random.randint(0, 4)) if ids else []:
        post = {"id": number, "author": 60 if maybe(0.08) else random.choice(ids), "body": random.choice(["b", None])}
        if members and random.random() < 0.5:
            member = random.choice(members)
            post["team"], post["mate"] = member["team"], member["usr"]
        if maybe(0.05):
            post["author"] = None
        posts.append(post)
    left, right = (random.sample(range(1, 7), random.randint(0, 3)) for _ in "ab")
    a = [{"id": number, "b": 70 if maybe(0.05) else random.choice([*right, None])} for number in left]
    b = [{"id": number, "a": random.choice([*left, None])} for number in right]
    if users and maybe(0.08):
        users.append(dict(users[0]))
    tables = list({"teams": teams, "users": users, "members": members, "posts": posts, "a": a, "b": b}.items())
    random.shuffle(tables)
    return {name: rows for name, rows in tables if not maybe(0.15)}


def options(random):
    chosen = {}
    if random.random() < 0.6:
        chosen["on_conflict"] = random.choice(["error", "update", "replace", {"users": "update", "*": "replace"}])
    if random.random() < 0.2:
        chosen["triggers"] = "off"
    return chosen


def attempt(db, given, chosen):
    try:
        rows = db.call("import_json", json.dumps(given), json.dumps(chosen))
    except Exception as error:  # of either driver
        return None, str(error)
    return sorted(tuple(row[name] for name in COUNTS) for row in rows), ""


def content(db):
    return {table: sorted(map(repr, db.sql(f"SELECT * FROM {table}"))) for table in TABLES}


@pytest.mark.parametrize("seed", range(4))
def test_both_engines_agree(new_sqlite, new_postgresql, seed):
    databases = [new_sqlite(), new_postgresql()]
    for db in databases:
        db.script(SCHEMA + CIRCLE[db.engine])
    for number in range(12):
        chance = random.Random(f"{seed} {number}")
        base, given, chosen = document(chance, False), document(chance, chance.random() < 0.7), options(chance)
        if isinstance(chosen.get("on_conflict"), dict) and "users" not in given:
            chosen["on_conflict"] = "update"
        seen = f"seed {seed} {number}: {json.dumps(chosen)} {json.dumps(given)} into {json.dumps(base)}"
        outcomes = []
        for db in databases:
            db.call("import_json", json.dumps({name: base[name] for name in TABLES}), '{"clear": true}')
            before = content(db)
            problems = [row for row in db.call("import_validate", json.dumps(given), json.dumps(chosen)) if row["severity"] == "error"]
            rehearsed, _ = attempt(db, given, {**chosen, "dry_run": True})
            assert content(db) == before, seen
            done, text = attempt(db, given, chosen)
            assert rehearsed == done and (problems == []) == (done is not None), f"{seen}: {problems} {text}"
            assert done is not None or content(db) == before, seen
            assert db.engine != "sqlite" or db.sql("PRAGMA foreign_key_check") == [], seen
            outcomes.append((done, content(db)))
        assert outcomes[0] == outcomes[1], seen
