"""The migration runners that a user would pick instead, with the same migrations: dbmate (npm install -g dbmate),
alembic and sqitch (apt-get install alembic sqitch). One that is not installed is left out with a line that says so.
Each has a database of its own, an empty one before it applies everything."""

import os
import shutil

from measure import timed_process

INSTALL = {"dbmate": "npm install -g dbmate", "alembic": "apt-get install alembic python3-psycopg2", "sqitch": "apt-get install sqitch libdbd-pg-perl"}


class Dbmate:
    def __init__(self, files, url, directory):
        self.arguments = ["dbmate", "--url", url.replace("postgresql:", "postgres:"), "--migrations-dir", os.path.join(directory, "dbmate"), "--no-dump-schema"]
        os.makedirs(os.path.join(directory, "dbmate"), exist_ok=True)
        for number, (up, down) in enumerate(files, 1):
            with open(os.path.join(directory, "dbmate", f"{number:04d}_step.sql"), "w") as out:
                out.write(f"-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n")

    def up(self):
        return timed_process([*self.arguments, "migrate"])

    def status(self):
        return timed_process([*self.arguments, "status"])


class Alembic:
    def __init__(self, files, url, directory):
        self.root = os.path.join(directory, "alembic")
        versions = os.path.join(self.root, "versions")
        os.makedirs(versions, exist_ok=True)
        for number, (up, down) in enumerate(files, 1):
            parent = repr(f"{number - 1:04d}") if number > 1 else "None"
            with open(os.path.join(versions, f"{number:04d}_step.py"), "w") as out:
                steps = ["".join(f"    op.execute({statement!r})\n" for statement in text.split("\n")) for text in (up, down)]  # one in each call: sqlite3 of Python takes no more
                out.write(f"from alembic import op\nrevision = '{number:04d}'\ndown_revision = {parent}\nbranch_labels = None\ndepends_on = None\n\n"
                          f"def upgrade():\n{steps[0]}\ndef downgrade():\n{steps[1]}")
        with open(os.path.join(self.root, "env.py"), "w") as out:
            out.write("from alembic import context\nfrom sqlalchemy import create_engine\n"
                      "engine = create_engine(context.config.get_main_option('sqlalchemy.url'))\n"
                      "with engine.connect() as connection:\n    context.configure(connection=connection)\n"
                      "    with context.begin_transaction():\n        context.run_migrations()\n")
        self.ini = os.path.join(self.root, "alembic.ini")
        with open(self.ini, "w") as out:
            out.write(f"[alembic]\nscript_location = {self.root}\nsqlalchemy.url = {url.replace('%', '%%')}\n")

    def up(self):
        return timed_process(["alembic", "-c", self.ini, "upgrade", "head"])

    def status(self):
        return timed_process(["alembic", "-c", self.ini, "current"])


class Sqitch:
    def __init__(self, files, url, directory):
        self.root = os.path.join(directory, "sqitch")
        self.target = url.replace("postgresql:", "db:pg:").replace("sqlite:", "db:sqlite:")
        engine = "pg" if url.startswith("postgresql") else "sqlite"
        for kind in ("deploy", "revert"):
            os.makedirs(os.path.join(self.root, kind), exist_ok=True)
        plan = ["%syntax-version=1.0.0", "%project=bench", ""]
        for number, (up, down) in enumerate(files, 1):
            plan.append(f"step{number} 2026-01-01T00:00:00Z bench <bench@localhost> # step")
            for kind, text in (("deploy", up), ("revert", down)):
                with open(os.path.join(self.root, kind, f"step{number}.sql"), "w") as out:
                    out.write(f"BEGIN;\n{text}\nCOMMIT;\n")
        with open(os.path.join(self.root, "sqitch.plan"), "w") as out:
            out.write("\n".join(plan) + "\n")
        with open(os.path.join(self.root, "sqitch.conf"), "w") as out:
            out.write(f"[core]\n\tengine = {engine}\n\tplan_file = {self.root}/sqitch.plan\n\ttop_dir = {self.root}\n[user]\n\tname = bench\n\temail = bench@localhost\n")
        self.environment = os.environ | {"SQITCH_CONFIG": os.path.join(self.root, "sqitch.conf")}

    def up(self):
        return timed_process(["sqitch", "deploy", self.target], env=self.environment)

    def status(self):
        return timed_process(["sqitch", "status", self.target], env=self.environment)


def peers(files, url, directory):
    """Those that are installed, by name. `files`: (up, down) of each migration; `url`: postgresql:… or sqlite:…"""
    found = {}
    for peer in (Dbmate, Alembic, Sqitch):
        name = peer.__name__.lower()
        if shutil.which(name) is None:
            print(f"  {name}: left out, it is not installed ({INSTALL[name]})")
            continue
        found[name] = peer(files, url, directory)
    return found


def peer_jobs(files, url, directory, fresh):
    """{name of the job: callable}, in the order in which they must run. `fresh` empties the peer's database."""
    jobs = {}
    for name, peer in peers(files, url, directory).items():
        def up(peer=peer):
            fresh()
            return peer.up()

        jobs[f"{name}, each in a transaction"] = up
        jobs[f"{name}, nothing to do"] = peer.up
        jobs[f"{name}, status"] = peer.status
    return jobs
