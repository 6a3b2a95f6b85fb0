"""
The trusted side of the sandbox: starts it, talks to it, believes nothing of it.

`Sandbox` keeps one prepared process; each submission gets a `Learner`, a fresh process with
namespaces and limits of its own. What a learner's function returns comes back as plain data.
"""

import contextlib
import json
import math
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from classroom import ClassroomError, wire

STARTUP = 600  # seconds to load what notebooks use, on a machine that is very busy
NOTICE = "limits, not isolation"
ORDINARY_USER = 65_533  # next to nobody (65534); on no system anybody's
BOX = "/box"  # the one folder in the sandbox that can be written; /tmp leads there
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": BOX,
    "TMPDIR": BOX,
    "USER": "learner",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": f"{BOX}/matplotlib",
    "IPYTHONDIR": f"{BOX}/ipython",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PIP_NO_INDEX": "1",  # an installation fails at once instead of after ten tries
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Limits:
    """
    What one submission may use.

    Seconds are those in which it ran or slept; to wait for a processor costs nothing.

    Attributes
    ----------
    seconds : float
        For one cell, or for all calls of one check.
    total_seconds : float
        For the whole notebook.
    memory : int
        Bytes that all its processes use together.
    disk : int
        Bytes in files; there are no others than those in its own memory.
    processes : int
        Processes and threads together.
    """

    seconds: float = 30.0
    total_seconds: float = 120.0
    memory: int = 2 << 30
    disk: int = 64 << 20
    processes: int = 64


DEFAULT_LIMITS = Limits()


class SandboxError(ClassroomError):
    """The sandbox could not be started."""


class Stopped(BaseException):
    """
    The learner's process is gone, or lied.

    No Exception, so that a check which reports every exception of an answer lets it through.
    """


class Sandbox:
    """
    Runs submissions one after the other; a context manager.

    Parameters
    ----------
    limits : Limits
    isolation : bool, optional
        Whether to use bubblewrap; by default where it works.

    Attributes
    ----------
    isolated : bool
    notice : str
        Empty, or why there are limits only.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS, isolation: bool | None = None):
        if not hasattr(socket, "send_fds"):
            raise SandboxError("grading needs Linux or macOS; on Windows, run it in WSL")
        self.limits = limits
        self.isolated, self.notice = isolation is not False, ""
        self._process = self._control = None
        self._folder = None
        if isolation is False:
            self.notice = f"{NOTICE}: isolation was switched off"
            return
        reason = "there is no bubblewrap (bwrap) on this machine"
        if shutil.which("bwrap"):
            try:
                self._start()
                self._try_out()
                return
            except (SandboxError, Stopped) as error:
                reason = f"bubblewrap does not work here ({error})"
        self._end()
        if isolation:
            raise SandboxError(reason)
        self.isolated, self.notice = False, f"{NOTICE}: {reason}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """End the prepared process and with it everything that it started."""
        self._end()
        if self._folder is not None:
            self._folder.cleanup()

    def learner(self, seconds: float | None = None) -> "Learner":
        """
        A fresh process for one submission, or for what is left of its time.

        Raises
        ------
        SandboxError
            If there is none to be had.
        """
        seconds = self.limits.total_seconds if seconds is None else seconds
        if self._process is None or self._process.poll() is not None or not self.isolated:
            self._end()
            self._start()
        try:
            return self._learner(seconds)
        except (OSError, SandboxError):  # somebody killed the prepared process: start another one
            self._end()
            self._start()
            return self._learner(seconds)

    def _learner(self, seconds: float) -> "Learner":
        answers, theirs = socket.socketpair()
        lifeline, guards = socket.socketpair()
        with theirs, guards:
            socket.send_fds(self._control, [b"l"], [theirs.fileno(), guards.fileno()])
        return Learner(answers, lifeline, self.limits, seconds)

    def _try_out(self) -> None:
        learner = self.learner()
        try:
            learner.run("1 + 1")
        finally:
            learner.close()

    def _start(self) -> None:
        config = {
            "isolated": self.isolated,
            "folder": BOX if self.isolated else self._fresh_folder(),
            "drop_to": ordinary_user(),
            "limits": asdict(self.limits),
        }
        mine, theirs = socket.socketpair()
        log = tempfile.TemporaryFile()  # noqa: SIM115  (as long as the process)
        environment = ENVIRONMENT if self.isolated else self._open_environment(config["folder"])
        command = [
            *(bubblewrap() if self.isolated else []),
            *(sys.executable, "-s", "-P", "-m", "classroom.runner"),
            *(str(theirs.fileno()), json.dumps(config)),
        ]
        with theirs:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self._control = mine
        mine.settimeout(STARTUP)
        try:
            ready = mine.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self._end()
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise SandboxError(lines[-1])

    def _fresh_folder(self) -> str:
        """An empty working folder; the one of the submission before is gone."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="classroom-")
        folder = Path(self._folder.name) / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if user := ordinary_user():
            os.chmod(self._folder.name, 0o711)
            os.chown(folder, user, user)
        return str(folder)

    def _open_environment(self, folder: str) -> dict[str, str]:
        """Without isolation: of the teacher's environment only what starts Python."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        names = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")
        places = dict.fromkeys(names, folder)
        return {**ENVIRONMENT, **kept, **places, "PYTHONPATH": os.pathsep.join(python_path())}

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = self._control = None


class Learner:
    """
    The process of one submission, seen from the trusted side.

    Attributes
    ----------
    waited : float
        Seconds that it waited for a processor, as far as `seconds_left` was asked or time ran out.
    """

    def __init__(self, answers, lifeline, limits: Limits, seconds: float):
        self._answers, self._lifeline = answers, lifeline
        self._limits, self._requests = limits, 0
        self.waited = 0.0
        self._all = self._step = _Clock(STARTUP)
        try:
            self._ask({"do": "start"})
        except Stopped as reason:
            self.close()
            raise SandboxError(f"the learner's process did not start: {reason}") from None
        self._all = _Clock(seconds)
        self.patience()

    def seconds_left(self) -> float:
        """What is left of the notebook's time."""
        self._all.forgive(*self._used(self._all.started))
        self.waited = max(self.waited, self._all.forgiven)
        return self._all.left()

    def patience(self) -> None:
        """Start the clock of one step anew: of a cell, or of a check with all its calls."""
        self._step = _Clock(self._limits.seconds)

    def run(self, source: str) -> dict | None:
        """Run a cell; None, or its error as a dict of type, text and line."""
        self.patience()
        reply, _ = self._ask({"do": "run", "source": source})
        return self._error(reply) if "error" in reply else None

    def get(self, name: str):
        """
        The value of a global name, a function as a `Proxy`.

        Raises
        ------
        KeyError
            If it is not defined.
        """
        reply, arrays = self._ask({"do": "get", "name": name})
        if "undefined" in reply:
            raise KeyError(name)
        if "error" in reply:
            raise Stopped(f"`{name}` could not be read")
        value = self._value(reply, arrays)
        if isinstance(value, Proxy):
            value.of_course = str(reply.get("module")).partition(".")[0] == "logitlab"
        return value

    def call(self, place: int, args: tuple, names=()):
        """
        Call a function; its exception is raised here, as one of the same name and kind.

        Parameters
        ----------
        place : int
        args : tuple
        names : sequence of str
            Of the parameters, for a function that takes some by name alone.
        """
        blobs: list[bytes] = []
        request = {"do": "call", "function": place, "names": [*names]}
        request["args"] = [wire.encode(arg, blobs) for arg in args]
        if any(isinstance(arg, dict) and "other" in arg for arg in request["args"]):
            raise Stopped("the check has an argument that cannot be sent")
        reply, arrays = self._ask(request, blobs)
        if "error" in reply:
            error = self._error(reply)
            kind = type(error["builtin"], (Exception,), {"__module__": "builtins"})
            raise type(error["type"], (kind,), {})(error["text"])
        self._write_back(reply, arrays, args)
        return self._value(reply, arrays)

    def close(self) -> dict:
        """End the process and all that it started; how it ended."""
        self._answers.close()
        try:
            self._lifeline.shutdown(socket.SHUT_WR)
            self._lifeline.settimeout(STARTUP)
            report = json.loads(self._lifeline.recv(1000) or "{}")
            self._lifeline.recv(1)  # the guard is gone, too
        except (OSError, ValueError):
            report = {}
        self._lifeline.close()
        return report

    def _ask(self, request: dict, blobs=()) -> tuple[dict, list[bytes]]:
        self._requests += 1
        for clock in (self._all, self._step):
            clock.turn()
        try:
            wire.send(self._answers, {**request, "id": self._requests}, blobs, self._left)
            reply, arrays = wire.receive(self._answers, self._left)
        except (EOFError, OSError):
            raise Stopped(self._how_it_ended()) from None
        except wire.Malformed as error:
            raise Stopped(str(error)) from None
        finally:
            for clock in {self._all, self._step}:
                clock.turn_over()
        if reply.get("to") != self._requests:
            raise Stopped("a reply that nobody asked for")
        return reply, arrays

    def _left(self) -> float:
        """
        Seconds to wait for a reply before this is asked again.

        The clock on the wall is looked at first; when it is over, what counts is the time that the
        learner's process has used.
        """
        left = min(self._all.left(), self._step.left())
        if left > 0:
            return left
        for clock in (self._step, self._all):
            if clock.left() <= 0 and not clock.forgive(*self._used(clock.started)):
                whole = f"the notebook took over {self._limits.total_seconds:g} s"
                raise Stopped(whole if clock is self._all else f"no end after {clock.limit:g} s")
        self.waited = max(self.waited, self._step.forgiven, self._all.forgiven)
        return max(0.05, min(self._all.left(), self._step.left()))

    def _used(self, start: float) -> tuple[float, float]:
        """Of the guard: processor time and counted time since then; without an answer, no end."""
        with contextlib.suppress(OSError, struct.error):
            self._lifeline.settimeout(STARTUP)
            self._lifeline.sendall(wire.ASKED.pack(start))
            return wire.USED.unpack(self._lifeline.recv(wire.USED.size, socket.MSG_WAITALL))
        return math.inf, math.inf

    def _how_it_ended(self) -> str:
        report = self.close()
        if report.get("memory"):
            return f"it used more than {self._limits.memory / 2**30:g} GiB of memory"
        status = report.get("status", 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            return f"the notebook took over {self._limits.total_seconds:g} s"
        return "it ended its own process"

    def _value(self, reply, arrays):
        try:
            return wire.decode(reply.get("value"), arrays, self._proxy)
        except wire.Malformed as error:
            raise Stopped(str(error)) from None

    def _proxy(self, place: int, name: str) -> "Proxy":
        return type(name, (Proxy,), {})(self, place)

    def _error(self, reply) -> dict:
        try:
            error = reply["error"]
            line = error.get("line")
            return {
                "type": wire.type_name(error["type"]),
                "builtin": wire.type_name(error["builtin"]),
                "text": wire.clean(error["text"], 2000),
                "line": line if type(line) is int and 0 < line < 100_000 else None,
            }
        except (wire.Malformed, KeyError, TypeError, AttributeError):
            raise Stopped("a reply whose error is no error") from None

    def _write_back(self, reply, arrays, args) -> None:
        """Change the arguments as the learner's function did, so that the check can see it."""
        try:
            for i, message in reply.get("changed", ()):
                old, new = args[i], wire.decode(message, arrays)
                if isinstance(old, np.ndarray) and new.shape == old.shape:
                    np.copyto(old, new, casting="unsafe")
                elif isinstance(old, list) and isinstance(new, list):
                    old[:] = new
                elif isinstance(old, dict) and isinstance(new, dict):
                    old.clear()
                    old.update(new)
        except (wire.Malformed, TypeError, ValueError, IndexError, AttributeError):
            raise Stopped("a reply of the wrong form") from None


class _Clock:
    """The time of a step or a notebook: only that in which the learner is asked counts."""

    def __init__(self, limit: float):
        self.limit, self.started = limit, time.monotonic()
        self.asked = self.forgiven = 0.0
        self._since: float | None = None

    def turn(self) -> None:
        """It is the learner's turn."""
        self._since = time.monotonic()

    def turn_over(self) -> None:
        """It is ours again."""
        self.asked, self._since = self._spent(), None

    def _spent(self) -> float:
        turn = 0.0 if self._since is None else time.monotonic() - self._since
        return self.asked + turn

    def left(self) -> float:
        """Seconds that are left; those in which the learner waited for a processor are no loss."""
        return self.limit + self.forgiven - self._spent()

    def forgive(self, processor: float, counted: float) -> bool:
        """Take into account what the learner used by the guard's count; whether that leaves any."""
        ours = time.monotonic() - self.started - self._spent()  # in which it waited for us
        used = max(processor, counted - ours)
        self.forgiven = max(self.forgiven, self._spent() - used)
        return self.left() > 0


class Proxy:
    """
    A learner's function: called here, run there.

    Attributes
    ----------
    names : sequence of str
        Of its parameters, as the exercise's stub has them.
    of_course : bool
        Whether it says of itself that it comes from the course's library.
    """

    names = ()
    of_course = False

    def __init__(self, learner: Learner, place: int):
        self._learner, self._place = learner, place

    def __call__(self, *args):
        return self._learner.call(self._place, args, self.names)


@cache
def ordinary_user() -> int | None:
    """
    Whom to become before an answer runs: an unused user instead of root, else nobody else.

    None for an ordinary user, and for a root who is an ordinary user outside of a container.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return None
    with contextlib.suppress(OSError):
        ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
        if not any(int(a) <= ORDINARY_USER < int(a) + int(n) for a, _, n in ranges):
            return None
    return ORDINARY_USER


def bubblewrap() -> list[str]:
    """The command that starts Python where only Python and `logitlab` can be seen, read-only."""
    import logitlab

    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if ordinary_user():
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    command += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]

    here, course = Path(__file__).parent, Path(logitlab.__file__).parent
    shown = [*system_folders(), *python_folders(), course]
    shown += [
        here / name for name in ("__init__.py", "duties.py", "runner.py", "seccomp.py", "wire.py")
    ]
    for path in _parents(shown):
        command += ["--dir", str(path)]
    for path in shown:
        command += ["--ro-bind", str(path), str(path)]
    command += ["--tmpfs", str(course / "checks"), "--remount-ro", str(course / "checks")]
    if (fonts := Path("/usr/share/fonts")).exists():  # matplotlib would read them all, each time
        command += ["--tmpfs", str(fonts)]
    if not any(path.is_relative_to("/tmp") for path in shown):
        command += ["--symlink", BOX, "/tmp"]
    command += ["--tmpfs", BOX, "--remount-ro", "/", "--chdir", BOX]
    for name, value in {**ENVIRONMENT, "PYTHONPATH": os.pathsep.join(python_path())}.items():
        command += ["--setenv", name, value]
    return command


def system_folders() -> list[Path]:
    """Programs and libraries of the system, and its list of where they are."""
    paths = map(Path, ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"))
    return [path for path in paths if path.exists()]


def python_folders() -> list[Path]:
    """Where this Python and its packages live, except what lies in the system's folders."""
    import IPython

    folders = [Path(p) for p in (sys.prefix, sys.base_prefix)]
    folders += [folder.resolve() for folder in folders]
    folders += [Path(module.__file__).parents[1] for module in (np, IPython)]
    shown: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(other) for other in [*shown, *system_folders()]):
            shown.append(folder)
    return shown


def python_path() -> list[str]:
    """Where the learner's Python finds the course and the packages."""
    import IPython
    import logitlab

    modules = (sys.modules["classroom"], logitlab, np, IPython)
    return list(dict.fromkeys(str(Path(module.__file__).parents[1]) for module in modules))


def _parents(paths) -> list[Path]:
    """Folders above the given ones, from the top; bubblewrap would make them unreadable."""
    return sorted({parent for path in paths for parent in path.parents} - {Path("/")})
