"""Kills the caller or the worker of migrate_run with SIGKILL, as the machine's memory killer does, at statements of each
sort; after the server's recovery the next call goes on, and the end is that of an undisturbed run. Run by test_killed.py
beside a server of its own, since all its sessions die with it."""

import contextlib
import os
import pathlib
import signal
import sys

import psycopg2

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parent)]
from engines import Postgresql
from killed_import import gone, reconnected, wait_for
from thirty_steps import COUNT, files, held_run, state


def database(name):
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
    made = Postgresql(pathlib.Path(os.environ["WHIMBREL_SCRATCH"]), None, name)
    made.script("CREATE EXTENSION whimbrel")
    return made


def kill_at(db, index, victim):
    with held_run(db, index) as run:
        wait_for(run.waits)
        pid = run.process_of(victim)
        killed = "caller" if pid == run.caller.info.backend_pid else "worker"
        os.kill(pid, signal.SIGKILL)
        assert run.has_ended_by_error(), "the call did not notice"
        wait_for(lambda: gone(run.other))
        wait_for(reconnected)
    db.connection = db.connect()
    return killed


def main():
    calm = database("calm")
    calm.sql("CALL migrate_run(%s::json)", (files(),))
    expected = state(calm)
    chaos = database("chaos")
    chaos.sql("CALL migrate_run(%s::json, '{\"steps\": 1}')", (files(),))
    kills = [kill_at(chaos, index, "worker" if index % 2 else "caller") for index in range(0, COUNT, 3)]
    chaos.sql("CALL migrate_run(%s::json)", (files(),))
    assert state(chaos) == expected, "another end than that of the undisturbed run"
    print(f"{kills.count('caller')} callers and {kills.count('worker')} workers killed; the end is the same")


if __name__ == "__main__":
    main()
