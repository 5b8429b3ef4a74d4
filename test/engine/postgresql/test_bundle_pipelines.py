"""The pipelines of examples/bundles, run by a shell as GitHub and GitLab would: what goes well, and what stops them."""
import json
import os
import subprocess

import pytest

yaml = pytest.importorskip("yaml")


@pytest.fixture
def environments(new_postgresql, root, directory):
    """Development with one agent, staging with its database, and a checkout."""
    made = []
    for number in range(2):
        db = new_postgresql()
        db.script((root / "examples/bundles/schema.sql").read_text())
        db.sql("INSERT INTO databases (id, connection_name, type, connection_string) VALUES (%s, 'crm', 'postgresql', 'postgres://u:secretword@h/d')", (1 + 40 * number,))
        db.value("bundle_define", "agent", (root / "examples/bundles/agent.json").read_text())
        made.append(db)
    made[0].script("""INSERT INTO agents (id, agent_id, name, type, database_id, api_key) VALUES (7, 'agt-1', 'Sales', 'chat', 1, 'sk-secret');
    INSERT INTO agent_permissions VALUES (1, 7, 'crm', 'api'); INSERT INTO permission_actions VALUES (1, 'read'), (1, 'write');
    INSERT INTO agent_tables VALUES (7, 'customers')""")
    return (*made, directory)


def run(script, database, directory, *arguments):
    environment = {**os.environ, "DATABASE_URL": f"dbname={database.name}"}
    return subprocess.run(["bash", "-eo", "pipefail", "-c", script, "step", *arguments], cwd=directory, env=environment, capture_output=True, text=True)


def export(root, dev, directory):
    done = run(f"{root}/examples/bundles/export.sh promoted", dev, directory)
    assert done.returncode == 0, done.stderr
    return directory / "promoted/agt-1.json"


def github(root):
    jobs = yaml.safe_load((root / "examples/bundles/github-actions.yml").read_text())["jobs"]
    return {step["name"]: step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}


def gitlab(root, job):
    jobs = yaml.safe_load((root / "examples/bundles/gitlab-ci.yml").read_text())
    return "\n".join(jobs[job]["script"])


def test_github(environments, root):
    dev, staging, directory = environments
    document = export(root, dev, directory)
    steps = github(root)
    assert len(steps) == 4
    for name, script in steps.items():
        done = run(script, staging, directory)
        assert done.returncode == 0, (name, done.stderr)
        assert "sk-secret" not in done.stdout + done.stderr and "secretword" not in done.stdout + done.stderr
        if name == "What would change":
            assert "register new agent, set 1 resource permission, set 2 permissions, set 1 table" in done.stdout
    assert staging.sql("SELECT agent_id, name, database_id, api_key FROM agents") == [("agt-1", "Sales", 41, None)]
    assert export(root, dev, directory).read_text() == document.read_text()


def test_github_stops(environments, root):
    dev, staging, directory = environments
    document = export(root, dev, directory)
    good = json.loads(document.read_text())
    steps = github(root)
    for place, value in (("tables", {}), ("version", "9"), ("agent", {"agent_id": "agt-1"})):
        document.write_text(json.dumps({**good, place: value}))
        done = run(steps["Every problem at once"], staging, directory)
        assert done.returncode == 3 and f"$.{place}" in done.stderr
        assert run(steps["Plan, then import exactly that"], staging, directory).returncode == 3
        assert staging.one("SELECT count(*) FROM agents") == 0
    done = run(steps["The environment is as the documents say"], staging, directory)
    assert done.returncode == 3


def test_drift_stops(environments, root):
    dev, staging, directory = environments
    export(root, dev, directory)
    steps = github(root)
    assert run(steps["Plan, then import exactly that"], staging, directory).returncode == 0
    assert run(steps["The environment is as the documents say"], staging, directory).returncode == 0
    staging.sql("UPDATE agents SET name = 'by hand'")
    done = run(steps["The environment is as the documents say"], staging, directory)
    assert done.returncode == 3 and "changed_here" in done.stderr


def test_gitlab_and_back(environments, root):
    dev, staging, directory = environments
    export(root, dev, directory)
    before = staging.digests()
    for job in ("validate", ".import"):
        done = run(gitlab(root, job), staging, directory)
        assert done.returncode == 0, done.stderr
    assert staging.one("SELECT count(*) FROM agent_tables") == 1
    done = run(gitlab(root, "rollback"), staging, directory)
    assert done.returncode == 0, done.stderr
    assert staging.digests() == before


def test_gitlab_stops(environments, root):
    dev, staging, directory = environments
    document = export(root, dev, directory)
    document.write_text(document.read_text().replace('"type": "api"', '"kind": "api"'))
    for job in ("validate", ".import"):
        done = run(gitlab(root, job), staging, directory)
        assert done.returncode == 3 and "crm" in done.stderr
    assert staging.one("SELECT count(*) FROM agents") == 0
