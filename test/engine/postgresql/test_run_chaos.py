"""A run of thirty statements, transactional and not, is stopped at each of them, by ending the session of the caller or of the
worker, and called again: the catalog and the rows end as those of a run that nobody disturbed."""

import json

import pytest
from test_run import wait_until
from thirty_steps import COUNT, WORKER, files, held_run, state


def run_and_stop(db, index, victim):
    """Calls migrate_run, and ends `victim` when it waits at the statement."""
    with held_run(db, index) as run:
        wait_until(run.waits, "it waits")
        run.ask(f"SELECT pg_terminate_backend({run.process_of(victim)})")
        assert run.has_ended_by_error(), "the call did not notice"
        wait_until(lambda: run.ask(WORKER) == 0, "the worker has ended")


@pytest.mark.parametrize("victim", ["caller", "worker"])
def test_killed_at_every_statement(new_postgresql, victim):
    db = new_postgresql()
    db.sql("CALL migrate_run(%s::json)", (files(),))
    expected = state(db)
    assert len(expected[3]) == 7 and expected[4] == []
    # Each call ends the statement that the one before was killed at, and is killed at the next one.
    other = new_postgresql()
    other.sql("CALL migrate_run(%s::json, '{\"steps\": 1}')", (files(),))
    for index in range(COUNT):
        run_and_stop(other, index, victim)
    other.sql("CALL migrate_run(%s::json)", (files(),))
    assert state(other) == expected
    assert json.loads(other.one("CALL migrate_run(%s::json)", (files(),))) == []
