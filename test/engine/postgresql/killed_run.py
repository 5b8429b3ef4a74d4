"""Kills the caller or the worker of migrate_run with SIGKILL, as the machine's memory killer does, at statements of each
sort; after the server's recovery the next call goes on, and the end is that of an undisturbed run. Run by test_killed.py
beside a server of its own, since all its sessions die with it."""

import contextlib
import os
import pathlib
import signal
import sys
import threading

import psycopg2

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parent)]
from engines import Postgresql
from killed_import import gone, reconnected, wait_for
from test_run_chaos import COUNT, files, state, statement

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
WORKER = "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'"


def ask(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchone()[0]


def database(name):
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
    made = Postgresql(pathlib.Path(os.environ["WHIMBREL_SCRATCH"]), None, name)
    made.script("CREATE EXTENSION whimbrel")
    return made


def kill_at(db, index, victim):
    caller, holder, other = db.connect(), db.connect(), db.connect()
    caller.autocommit = other.autocommit = True
    holder.autocommit = False
    holder.cursor().execute(f"LOCK TABLE t{index} IN {statement(index)[1]} MODE")
    errors = []

    def call():
        try:
            caller.cursor().execute("CALL migrate_run(%s::json)", (files(),))
        except psycopg2.Error as error:
            errors.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    wait_for(lambda: ask(other, WAITING))
    worker = ask(other, WORKER)
    killed = "worker" if victim == "worker" and worker else "caller"
    os.kill(worker if killed == "worker" else caller.info.backend_pid, signal.SIGKILL)
    thread.join(60)
    assert not thread.is_alive() and errors, "the call did not notice"
    wait_for(lambda: gone(other))
    wait_for(reconnected)
    for connection in (caller, holder, other):
        connection.close()
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
