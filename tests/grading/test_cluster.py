"""On a Dask cluster: the same bytes as here, also when a worker is killed in the middle."""

import os
import signal
import threading
import time

import pytest
from classroom.__main__ import main
from classroom.grade import grade
from handed_in import COURSE, hand_in, notebook, solution

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.needs("bubblewrap")  # without it every submission takes seconds


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two worker processes."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=":0",
        silence_logs=50,
    ) as cluster:
        yield cluster


def reports(out):
    return {
        str(p.relative_to(out)): p.read_bytes()
        for p in out.rglob("*")
        if p.is_file() and ".marks" not in p.parts
    }


def test_a_killed_worker_costs_nothing_and_the_bytes_are_the_same(tmp_path, cluster):
    class_ = tmp_path / "class"
    for number in range(24):
        made = notebook(e10=solution(10) + f"\n# {number}") if number % 3 else notebook("stub")
        made["cells"][-1]["source"] = f"Answer {number}"
        hand_in(class_, f"s{number:02}", made)
    with distributed.Client(cluster) as client:
        victim = min(client.run(os.getpid).values())
    killed = []

    def kill_one():
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            marked = len(list((tmp_path / "far").glob(".marks/*/*.json")))
            if marked >= 4:
                os.kill(victim, signal.SIGKILL)
                killed.append(marked)
                return
            time.sleep(0.01)

    killer = threading.Thread(target=kill_one)
    killer.start()
    assert grade(class_, tmp_path / "far", course=COURSE, dask=cluster.scheduler_address) == 0
    killer.join()
    assert killed
    assert killed[0] < 24
    assert grade(class_, tmp_path / "here", course=COURSE, jobs=1) == 0
    assert reports(tmp_path / "far") == reports(tmp_path / "here")


def test_an_address_where_nobody_answers(tmp_path, capsys, monkeypatch):
    hand_in(tmp_path / "class", "anna", notebook())
    arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as gone:
        address = gone.scheduler_address
    monkeypatch.setattr("classroom.workers.PATIENCE", 1)
    assert main([*arguments, "--course", str(COURSE), "--dask", address]) == 1
    assert "no Dask scheduler at" in capsys.readouterr().err
