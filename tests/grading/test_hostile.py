"""A class of attackers, marked once; then each one's marks, and that nothing was harmed."""

import os
import socket
import subprocess
import threading
import time

import pytest
from classroom.grade import grade
from classroom.sandbox import BOX, Limits, Sandbox, python_folders, python_path
from handed_in import COURSE, SHEET, grades, hand_in
from hostile import CASES

LIMITS = Limits(seconds=2, total_seconds=6, memory=1 << 30, disk=16 << 20, processes=32)
MARK = "leftover-4711"
SECRET = "the teacher's secret"
pytestmark = pytest.mark.needs("bubblewrap")


class Listener(threading.Thread):
    """Counts connections from the sandbox."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = 0

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """The graded class, and what must be as it was."""
    with Sandbox() as sandbox:
        assert sandbox.isolated, sandbox.notice
    place = tmp_path_factory.mktemp("hostile")
    class_, out, secret = place / "class", place / "out", place / "secret.txt"
    secret.write_text(SECRET)
    listener = Listener()
    listener.start()
    words = {
        "{course}": str(COURSE),
        "{class_}": str(class_),
        "{secret}": str(secret),
        "{port}": str(listener.port),
        "{mark}": MARK,
        "{box}": BOX,
    }
    for name, case in CASES.items():
        made = case.made
        if isinstance(made, dict):
            for cell in made["cells"]:
                if isinstance(cell, dict) and isinstance(cell.get("source"), str):
                    for word, value in words.items():
                        cell["source"] = cell["source"].replace(word, value)
        hand_in(class_, name, made)
    before = {p: p.read_bytes() for p in class_.rglob("*.ipynb")}
    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLASSROOM_SECRET", MARK)
        failed = grade(class_, out, course=COURSE, jobs=2, limits=LIMITS)
    seconds = time.monotonic() - started
    listener.socket.close()
    return {**locals(), "marks": grades(out)}


@pytest.mark.parametrize("name", CASES)
def test_marks(ward, name):
    lost = CASES[name].lost
    got = ward["marks"][name]
    expected = {f"1.{n}": lost.get(f"1.{n}", "right") for n in range(1, 12)}
    statuses = {e: "?" if expected[e] == "?" else got[e][1] for e in expected}
    assert statuses == expected
    for exercise, (points, status) in got.items():
        assert points > 0 if status == "right" else points == 0, exercise


def test_a_cheat_never_turns_wrong_into_right(ward):
    for name, case in CASES.items():
        for exercise, status in case.lost.items():
            if status != "?":
                assert ward["marks"][name].get(exercise, (0.0, ""))[0] == 0, (name, exercise)


def test_everybody_was_marked(ward):
    assert ward["failed"] == 0
    assert ward["marks"].keys() == CASES.keys()
    assert len(CASES) >= 40


def test_no_file_was_touched(ward):
    assert {p: p.read_bytes() for p in ward["class_"].rglob("*.ipynb")} == ward["before"]
    assert ward["secret"].read_text() == SECRET
    assert not [*ward["place"].rglob(f"{MARK}*"), *COURSE.glob(f"{MARK}*")]
    assert (COURSE / "solutions" / f"{SHEET}.py").exists()


def test_no_process_is_left(ward):
    for _ in range(20):  # what was killed last may still be leaving
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        left = [line for line in listed.splitlines() if MARK in line]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def test_nobody_called_home(ward):
    assert ward["listener"].connections == 0


def test_the_reports_hold_no_secret_and_run_nothing(ward):
    for path in ward["out"].rglob("*.html"):
        text = path.read_text("utf-8")
        assert SECRET not in text
        assert "<script" not in text


def test_time_is_bounded_by_the_limits(ward):
    """By processor time, so that a busy machine may take longer: ten times is allowed for."""
    stopped = sum("stopped" in case.lost.values() for case in CASES.values())
    assert ward["seconds"] < 10 * (stopped * LIMITS.total_seconds / 2 + 60)


def test_the_limit_on_processes_holds(tmp_path):
    """Also for root, whom the kernel's own limit does not bind."""
    count = (
        "import os, time\n"
        "def count(n):\n"
        "    started = 0\n"
        "    try:\n"
        "        while started < n:\n"
        "            if os.fork() == 0:\n"
        "                time.sleep(60)\n"
        "            started += 1\n"
        "    except OSError:\n"
        "        pass\n"
        "    return [started, os.getuid()]\n"
    )
    with Sandbox(LIMITS, isolation=True) as sandbox:
        learner = sandbox.learner()
        learner.run(count)
        started, user = learner.get("count")(LIMITS.processes + 20)
        learner.close()
    assert 0 < started < LIMITS.processes
    assert user != 0


def test_a_submission_cannot_reach_the_next_one(tmp_path):
    """Neither files, nor memory, nor a listening socket outlive their submission."""
    leave = (
        "import os, socket\n"
        f"open('{BOX}/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')\n"
        "s = socket.socket(); s.bind(('127.0.0.1', 4711)); s.listen()\n"
        "import logitlab; logitlab.left = True\n"
        "if os.fork() == 0:\n"
        "    import time; time.sleep(60)\n"
    )
    look = (
        "import os, socket\n"
        "import logitlab\n"
        f"found = [os.path.exists('{BOX}/left'), os.path.exists('/dev/shm/left'),\n"
        "         'left' in vars(logitlab), socket.socket().connect_ex(('127.0.0.1', 4711)) == 0]\n"
    )
    with Sandbox(LIMITS, isolation=True) as sandbox:
        for source in (leave, look):
            learner = sandbox.learner()
            assert learner.run(source) is None
            if source is look:
                assert learner.get("found") == [False] * 4
            learner.close()


def test_nothing_of_the_teachers_can_be_seen():
    look = (
        "import os\n"
        "def files(top):\n"
        "    return [os.path.join(folder, name) for folder, _, names in os.walk(top)\n"
        "            for name in names\n"
        "            if '/.venv/' not in folder and '/lib/python' not in folder]\n"
        f"course = files({str(COURSE)!r})\n"
        "homes = files('/home') + files('/root') + files('/tmp') + files('/proc') + files('/etc')\n"
        "environment = sorted(os.environ)\n"
    )
    with Sandbox(isolation=True) as sandbox:
        learner = sandbox.learner()
        assert learner.run(look) is None
        course, homes = learner.get("course"), learner.get("homes")
        environment = learner.get("environment")
        learner.close()
    allowed = (str(COURSE / "lib"), os.path.join(str(COURSE), ".venv"))
    assert all(path.startswith(allowed) for path in course)
    assert not [p for p in course if "/checks/" in p.removeprefix(allowed[0]) and "logitlab" in p]
    shown = [*map(str, python_folders()), *python_path(), str(COURSE)]
    system = ("/etc/ld.so.cache", "/etc/alternatives")
    homes = [path for path in homes if not path.startswith((*shown, *system))]
    assert homes == []
    assert {"HOME", "PATH"} <= set(environment)
    assert not {"SSH_AUTH_SOCK", "CLASSROOM_SECRET"} & set(environment)
