"""Time, memory and lives: fair to a slow answer on a busy machine, deaf to one that cheats."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from classroom import assignment, reading, runner, wire
from classroom.grade import _final, grade
from classroom.marking import MOST_STOPS, mark
from classroom.sandbox import Limits, Sandbox, Stopped
from handed_in import COURSE, SHEET, hand_in, notebook

pytestmark = pytest.mark.needs("bubblewrap")
LIMITS = Limits(seconds=2, total_seconds=20, memory=512 << 20)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS, isolation=True) as sandbox:
        yield sandbox


@pytest.fixture
def learner(sandbox):
    learner = sandbox.learner()
    yield learner
    learner.close()


@contextlib.contextmanager
def busy(processes: int):
    """So many processes that keep one processor busy, and the sandbox on the same one.

    Each is a session of its own, for Linux may share a processor out among sessions.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    command = [sys.executable, "-S", "-c", "while True: pass"]
    loops = [subprocess.Popen(command, start_new_session=True) for _ in range(processes)]
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
        for loop in loops:
            loop.kill()
            loop.wait()


WORK = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end:\n    pass\n"


def test_waiting_for_a_processor_costs_no_time():
    with busy(8), Sandbox(LIMITS, isolation=True) as sandbox:
        learner = sandbox.learner()
        started = time.monotonic()
        assert learner.run(WORK.format(0.8)) is None
        assert time.monotonic() - started > LIMITS.seconds, (
            "it would have been stopped by the clock"
        )
        assert learner.seconds_left() > LIMITS.total_seconds - 6
        assert learner.waited > 2
        with pytest.raises(Stopped, match="no end after 2 s"):
            learner.run(WORK.format(60))
        learner.close()


def test_sleep_costs_time(learner):
    started = time.monotonic()
    with pytest.raises(Stopped, match="no end after 2 s"):
        learner.run("import time\ntime.sleep(1000)")
    assert time.monotonic() - started < 30


def test_short_lives_are_no_way_around_the_count(learner):
    source = (
        "import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n"
        "    if os.fork() == 0:\n"
        "        sum(range(100_000))\n        os._exit(0)\n"
        "    try:\n        os.wait()\n    except ChildProcessError:\n        pass\n"
    )
    started = time.monotonic()
    with pytest.raises(Stopped):
        learner.run(source)
    assert time.monotonic() - started < 60


def test_the_meter(monkeypatch):
    now, tasks = [0.0], {}
    monkeypatch.setattr(runner.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(runner.Meter, "_tasks", lambda self: dict(tasks))
    meter = runner.Meter(True)
    for change, expected in [
        ({"a": (1.0, 0.0)}, (1.0, 1.0)),  # it ran
        ({"a": (1.1, 0.9)}, (0.1, 0.1)),  # it ran a little and waited
        ({"a": (1.1, 0.9)}, (0.0, 1.0)),  # it slept
        ({"a": (1.1, 0.9), "b": (1.0, 0.0)}, (1.0, 1.0)),  # another one ran
        ({"a": (1.1, 1.9)}, (0.0, 0.0)),  # the other is gone, it waited
        ({"c": (0.0, 0.1)}, (0.0, 0.9)),  # short lives
        ({"c": (1.0, 0.1), "d": (1.0, 0.0)}, (2.0, 2.0)),  # two at once
    ]:
        start = now[0]
        now[0] += 1
        tasks.clear()
        tasks.update(change)
        meter.look()
        assert meter.since(start) == pytest.approx(expected)
    assert meter.since(0.0) == pytest.approx((4.1, 6.0))
    assert meter.processor == pytest.approx(4.1)


def test_what_was_stopped_is_marked_again_where_it_may_take_more():
    kept = {"stopped_at": {"seconds": 2.0, "memory": 1 << 30}}
    assert not _final(None, LIMITS)
    assert _final({}, LIMITS)
    assert _final(kept, LIMITS)
    assert not _final(kept, Limits(seconds=3))
    assert not _final(kept, Limits(seconds=1, memory=2 << 30))


def test_a_student_is_marked_again_with_more_time(tmp_path, capsys):
    class_, out = tmp_path / "class", tmp_path / "out"
    hand_in(class_, "anna", notebook())
    hand_in(
        class_, "bert", notebook(e10=f"{WORK.format(1.5)}first_word, probability = 'dog', 0.36")
    )
    grade(class_, out, course=COURSE, jobs=1, limits=Limits(seconds=0.6))
    first = capsys.readouterr().err
    assert "2 submissions marked" in first
    assert "bert,1.10,0,1,stopped" in (out / "grades.csv").read_text("utf-8-sig")
    grade(class_, out, course=COURSE, jobs=1, limits=Limits(seconds=0.6))
    assert "0 submissions marked" in capsys.readouterr().err
    grade(class_, out, course=COURSE, jobs=1)
    assert "1 submissions marked" in capsys.readouterr().err
    assert "bert,1.10,1,1,right" in (out / "grades.csv").read_text("utf-8-sig")
    changed = (out / "summary.html").read_text("utf-8").split("Changed since")[1]
    assert "<td>0, stopped</td><td>1, right</td>" in changed
    grade(class_, out, course=COURSE, jobs=1, again=["anna"])
    assert "1 submissions marked" in capsys.readouterr().err


# --- memory

SHARED = [
    "import mmap\nmmap.mmap(-1, 1 << 20)",
    "import mmap\nmmap.mmap(-1, 1 << 20, mmap.MAP_SHARED | 0x20)",
    "import mmap\nmmap.mmap(open('/dev/zero', 'r+b').fileno(), 1 << 20)",
]


@pytest.mark.parametrize("source", SHARED)
def test_memory_that_belongs_to_nobody_is_not_to_be_had(learner, source):
    assert learner.run(source)["builtin"] in ("OSError", "PermissionError", "ValueError")


def test_full_sockets_count(learner):
    source = (
        "import os, socket, time\n"
        "for _ in range(20):\n"
        "    if os.fork() == 0:\n"
        "        kept = [s for _ in range(28) for s in socket.socketpair()]\n"
        "        for s in kept:\n"
        "            s.setblocking(False)\n"
        "            try:\n"
        "                while True:\n                    s.send(bytes(65536))\n"
        "            except OSError:\n                pass\n"
        "        time.sleep(1000)\n"
        "time.sleep(1000)\n"
    )
    with pytest.raises(Stopped, match=r"more than 0.5 GiB of memory|no end"):
        learner.run(source)


def test_the_meter_of_memory_counts_sockets_as_full(monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "processes", lambda isolated: [])
    empty = runner.memory_in_use()
    import socket

    kept = [socket.socketpair() for _ in range(20)]
    assert runner.memory_in_use() - empty >= 40 * 200_000
    for pair in kept:
        for end in pair:
            end.close()


@pytest.mark.parametrize(
    "source",
    [
        "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
        "import socket\nsocket.socket(40, socket.SOCK_STREAM)",  # to the machine around this one
        "import socket\nsocket.socket(38, socket.SOCK_SEQPACKET)",  # the kernel's cryptography
        "import fcntl\nfcntl.flock(open('/usr/bin/env'), fcntl.LOCK_SH)",
        "import fcntl\nfcntl.lockf(open('/usr/bin/env'), fcntl.LOCK_SH)",
        "import ctypes\nif ctypes.CDLL(None).inotify_init1(0) < 0: raise OSError",
        "import ctypes\nif ctypes.CDLL(None).inotify_init() < 0: raise OSError",
    ],
)
def test_what_other_submissions_could_notice_is_refused(learner, source):
    assert learner.run(source)["builtin"] in ("OSError", "PermissionError")


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasyncio.new_event_loop().close()",
        "import multiprocessing\nmultiprocessing.Lock()",
        "import mmap\nmmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE | 0x20)",
        "import socket\nfor family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):\n"
        "    socket.socket(family)",
        "import subprocess\nassert subprocess.run(['echo', 'x'], capture_output=True).stdout",
        "import socket\nassert socket.gethostname() == 'sandbox'",
    ],
)
def test_what_honest_programs_do_is_let_through(learner, source):
    assert learner.run(source) is None


def test_small_numbers_fill_no_worker():
    import numpy as np

    arrays = []
    message = wire.encode(np.zeros(1 << 20, np.int8), arrays)
    assert arrays == []
    assert wire.decode(message, arrays).shape == (1 << 20,)
    forged = {"array": ["|i1", [1 << 20], 0]}
    with pytest.raises(wire.Malformed):
        wire.decode(forged, [bytes(1 << 20)])


# --- lives


def test_three_hundred_ends_are_soon_over(sandbox, monkeypatch):
    made, started = notebook(), []
    cell = next(c for c in made["cells"] if c["id"] == "ex-1-2")
    made["cells"] += [{**cell, "source": "import os\nos._exit(0)"}] * 300
    learner = sandbox.learner
    monkeypatch.setattr(sandbox, "learner", lambda left: started.append(left) or learner(left))
    ours = assignment.read_all(COURSE)[SHEET]
    marks = mark(ours, reading.taken(made["cells"], ours).answers, sandbox).marks
    assert marks["check-1-2"].status == "stopped"
    assert len(started) == MOST_STOPS


def test_nothing_survives_the_death_of_the_grader(tmp_path):
    word = "leftover-4712"
    loop = f"import os\nos.environ['X'] = '{mark}'\nif os.fork() == 0:\n"
    loop += (
        f"    os.execv('/bin/sh', ['{word}', '-c', 'sleep 1000; true {word}'])\nwhile True: pass"
    )
    for name in ("anna", "bert"):
        hand_in(tmp_path / "class", name, notebook(e2=f"{loop}  # {name}"))
    command = [sys.executable, "-m", "classroom", "grade", tmp_path / "class", "--out"]
    command += [tmp_path / "out", "--course", COURSE, "--jobs", "2"]
    grader = subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL)
    try:
        assert _until(600, lambda: word in _family(grader.pid)), "the answers are running"
        family = _ids(grader.pid)
        assert len(family) > 6
    finally:
        os.kill(grader.pid, signal.SIGKILL)
        grader.wait()
    assert _until(120, lambda: not [pid for pid in family if _alive(pid)])


def _until(seconds, done):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.2)
    return False


def _listed():
    out = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    return [line.split(None, 2) for line in out.splitlines()]


def _ids(top: int) -> list[int]:
    listed = [(int(pid), int(parent)) for pid, parent, *_ in _listed()]
    found = [top]
    for one in found:
        found += [pid for pid, parent in listed if parent == one]
    return found[1:]


def _family(top: int) -> str:
    ids = set(_ids(top))
    return " ".join(args for pid, _, args in _listed() if int(pid) in ids)


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
