"""The option `workers` where there are none."""


def test_more_than_one_is_refused(sqlite, directory):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    with sqlite.refuses("WB005", "workers"):
        sqlite.call("export_json_file", str(directory / "a.json"), '{"workers": 2}')
    assert sqlite.call("export_json_file", str(directory / "a.json"), '{"workers": 1}')[0]["row_count"] == 0
