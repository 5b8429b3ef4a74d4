"""Secrets inside the documents of an array: of domains too, with other bounds, and in several dimensions."""
import json

import pytest

HIDDEN = r'{\"p\": \"hidden\", \"n\": 1}'
VALUES = {"[*]": f"""'{{"{HIDDEN}",NULL,"null","[1]"}}'""", "[*] of other bounds": f"""'[0:1]={{"{HIDDEN}","{HIDDEN}"}}'""",
          "[*][*]": f"""'{{{{"{HIDDEN}"}},{{"{HIDDEN}"}}}}'""", "[*][*] of documents that are arrays": f"""'[2:3]={{"[{HIDDEN}]","[]"}}'"""}


@pytest.mark.parametrize("type", ["json[]", "jsonb[]", "doc[]", "docs", "docs_of_doc", "doc_of_doc[]"])
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("secrets", ["omit", "redact"])
def test_secrets_in_arrays(postgresql, type, value, secrets):
    postgresql.script(f"""CREATE DOMAIN doc AS jsonb; CREATE DOMAIN docs AS json[]; CREATE DOMAIN docs_of_doc AS doc[]; CREATE DOMAIN doc_of_doc AS doc;
                          CREATE TABLE t (id int PRIMARY KEY, n int, d {type}); INSERT INTO t VALUES (1, 1, {VALUES[value]})""")
    postgresql.sql("SELECT rule_add('secret', 't', 'd', %s)", (json.dumps({"path": "$" + value.split()[0] + ".p"}),))
    before = postgresql.sql("SELECT n, d::text FROM t")
    document = postgresql.value("export_json", json.dumps({"secrets": secrets}))
    assert "hidden" not in document and '"n"' in document
    assert all(row["matches"] for row in postgresql.call("data_verify", document))
    postgresql.sql("UPDATE t SET n = 2")
    postgresql.call("import_json", document, '{"on_conflict": "update"}')
    assert postgresql.sql("SELECT n, d::text FROM t") == before
    postgresql.sql("TRUNCATE t")
    postgresql.call("import_json", document)
    assert "hidden" not in postgresql.one("SELECT d::text FROM t") and "secret" not in postgresql.one("SELECT d::text FROM t")


@pytest.mark.parametrize("type", ["text[]", "int[]", "pair", "pair[]"])
def test_a_path_in_what_holds_no_documents(postgresql, type):
    postgresql.script(f"CREATE TYPE pair AS (a json, n int); CREATE TABLE t (id int PRIMARY KEY, d {type})")
    with postgresql.refuses("WB003", "column \"d\" of table \"t\"", "finds nothing", "the whole column is secret"):
        postgresql.sql("SELECT rule_add('secret', 't', 'd', '{\"path\": \"$[*].p\"}')")
