"""``python -m classroom time``: what it measures, and what it leaves alone."""

import json

import pytest
from classroom.__main__ import main


@pytest.fixture
def project(tmp_path):
    for folder in ("notebooks", "solutions", "book"):
        (tmp_path / folder).mkdir()
    (tmp_path / "notebooks" / "01_a.py").write_text("# %%\nimport time\n\ntime.sleep(1)\n")
    (tmp_path / "solutions" / "01_a.py").write_text("# %%\nsum(range(10))\n")
    return tmp_path


def test_it_writes_a_time_for_each_notebook_that_runs(project):
    assert main(["time", "--runs", "1", "--root", str(project)]) == 0
    record = json.loads((project / "book" / "times.json").read_text())
    assert list(record["notebooks"]) == ["notebooks/01_a", "solutions/01_a"]
    slept = record["notebooks"]["notebooks/01_a"]
    assert slept["seconds"] > 1 and slept["seconds"] > slept["processor"] > 0
    assert record["runs"] == 1 and record["machine"]["cores"]
    assert list(project.rglob("*.ipynb")) == [], "the notebooks are not built by it"

    record["notebooks"]["solutions/01_a"]["seconds"] = 77.0
    (project / "book" / "times.json").write_text(json.dumps(record))
    assert main(["time", "--runs", "1", "--root", str(project), "lessons"]) == 0
    again = json.loads((project / "book" / "times.json").read_text())
    assert again["notebooks"]["solutions/01_a"]["seconds"] == 77.0, "not asked for, so kept"

    record["machine"]["processor"] = "another"
    (project / "book" / "times.json").write_text(json.dumps(record))
    assert main(["time", "--runs", "1", "--root", str(project), "lessons"]) == 0
    again = json.loads((project / "book" / "times.json").read_text())
    assert list(again["notebooks"]) == ["notebooks/01_a"], "two machines do not mix"


def test_a_notebook_that_fails_is_named(project, capsys):
    (project / "notebooks" / "01_a.py").write_text("# %%\n1 / 0\n")
    assert main(["time", "--runs", "1", "--root", str(project)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert not (project / "book" / "times.json").exists()
