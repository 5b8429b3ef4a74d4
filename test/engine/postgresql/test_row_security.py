"""Errors of row security name the role and the way out."""

import contextlib
import json

import pytest


@pytest.fixture
def clerk(postgresql):
    """A connection of a role that policies bind, and the database's name for it."""
    role = f"clerk_{postgresql.name}"
    postgresql.script(f"""
        CREATE TABLE t (id int PRIMARY KEY, owner text); INSERT INTO t VALUES (1, 'other');
        ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON t USING (owner = 'clerk');
        CREATE ROLE {role}; GRANT ALL ON t TO {role}""")
    postgresql.role = role
    postgresql.sql(f"SET ROLE {role}")
    yield postgresql
    postgresql.script(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")


@contextlib.contextmanager
def refuses(db, *words):
    with db.refuses("42501", '"t"', f'Role "{db.role}"', "BYPASSRLS", *words):
        yield


def test_a_row_that_the_policy_refuses(clerk):
    for options in ({}, {"dry_run": True}):
        with refuses(clerk, "bound by the policies", 'table "t", row 2'):
            clerk.call("import_json", json.dumps({"t": [{"id": 5, "owner": "clerk"}, {"id": 6, "owner": "z"}]}), json.dumps(options))


@pytest.mark.parametrize("options", [{"on_conflict": "update"}, {"on_conflict": "replace"}, {"clear": True}])
def test_rows_that_are_hidden(clerk, options):
    with refuses(clerk, "may not see all rows"):
        clerk.call("import_json", '{"t": [{"id": 1, "owner": "clerk"}]}', json.dumps(options))


def test_what_reads(clerk):
    for call in (("import_validate", '{"t": [{"id": 1, "owner": "clerk"}]}', "{}"), ("export_json", '{"tables": ["t"]}'), ("data_digest", '{"tables": ["t"]}')):
        with refuses(clerk, "may not see all rows"):
            clerk.call(*call)


def test_other_errors_of_rights_stay_as_they_are(clerk):
    clerk.script(f"RESET ROLE; CREATE TABLE u (id int PRIMARY KEY); SET ROLE {clerk.role}")
    with clerk.fails("42501", "permission denied for table u") as failure:
        clerk.call("import_json", '{"u": [{"id": 1}]}')
    assert "BYPASSRLS" not in failure.text
