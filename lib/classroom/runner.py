"""
The learner's side: runs answers, one fresh process for each submission.

The grader starts this once (in bubblewrap, where there is one); it loads what notebooks use and
then forks for each submission::

    grader -- zygote -- guard -- learner
              loaded    kills    namespaces of its own, limits, then the answers

The grader's word to the zygote is one byte with two sockets: one on which the learner's process
answers, one that the guard watches. On the latter the grader may ask how much time was used; when
it shuts it, or is gone, the guard ends everything, and reports how.

Nothing here is trusted once an answer ran.
"""

import bisect
import contextlib
import ctypes
import gc
import io
import json
import math
import os
import random
import resource
import select
import signal
import socket
import sys
import time
import traceback

from classroom import duties, seccomp, wire

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_BIND = 2, 4, 4096
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 24, 36, 38
SLACK = 60  # seconds, for loading what notebooks use
POLL = 0.1  # seconds between two looks at what a submission uses
LINUX = sys.platform == "linux"


def main() -> None:
    """Serve submissions until the grader closes its end of the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(sys.argv[2])
    if config["isolated"] and config["drop_to"]:
        os.chmod(config["folder"], 0o1777)  # the sandbox's own
        drop_privileges(config["drop_to"])
    duties.hide_checks()
    shell = preload() if config["isolated"] else None
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.sendall(b"r")
    while True:
        data, sockets, _, _ = socket.recv_fds(control, 1, 2)
        if not data:
            return
        if os.fork() == 0:
            control.close()
            answers, lifeline = (socket.socket(fileno=fd) for fd in sockets)
            and_exit(guard, answers, lifeline, config, shell)
        for fd in sockets:
            os.close(fd)


def drop_privileges(user: int) -> None:
    """From root to an ordinary user, for good: limits on processes do not bind root."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self belongs to root


def preload():
    """Load what a notebook may use; returns IPython's shell, which knows magics and ``await``."""
    import matplotlib

    matplotlib.use("agg")
    with contextlib.suppress(ImportError):  # each of them is a learner's, not ours
        import asyncio  # noqa: F401

        import ipywidgets  # noqa: F401
        import logitlab.distributions  # noqa: F401
        import matplotlib.pyplot
        import matplotlib_inline.backend_inline  # noqa: F401
    from IPython.core.error import UsageError
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        """A notebook's shell, where a magic that only a screen could serve is no error."""

        def enable_gui(self, gui=None):
            """There is none."""

        def run_line_magic(self, magic_name, line, _stack_depth=1):
            """Do without the extension or the backend that is not installed here."""
            with contextlib.suppress(UsageError, ImportError, RuntimeError):
                return super().run_line_magic(magic_name, line, _stack_depth + 1)

    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}, colors="NoColor"))
    shell.showtraceback = shell.showsyntaxerror = shell.showindentationerror = lambda *_, **__: None
    shell.run_cell("0", silent=True)
    gc.collect()
    gc.freeze()  # else the first collection of each submission copies every page
    return shell


def and_exit(function, *args) -> None:
    """Do it and end this process, without what Python does at its end."""
    try:
        function(*args)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


# --- the guard


def guard(answers: socket.socket, lifeline: socket.socket, config: dict, shell) -> None:
    """Start the learner's process, end it when the grader says so, report how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    limits = config["limits"]
    if config["isolated"]:
        enter_namespaces()
    elif LINUX:
        _libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    learner = os.fork()
    if learner == 0:
        lifeline.close()
        and_exit(be_the_learner, answers, config, shell)
    answers.close()
    meter = Meter(config["isolated"])
    too_much = False
    while not too_much:
        asked = select.select([lifeline], [], [], POLL)[0]
        meter.look()
        if asked:
            request = lifeline.recv(wire.ASKED.size, socket.MSG_WAITALL)
            if len(request) < wire.ASKED.size:
                break
            lifeline.sendall(wire.USED.pack(*meter.since(*wire.ASKED.unpack(request))))
        too_much = config["isolated"] and memory_in_use() > limits["memory"]
        # the grader counts more closely, from when all is loaded; this is for when it is stuck
        if too_much or meter.processor > limits["total_seconds"] + SLACK:
            os.kill(learner, signal.SIGKILL)
            while lifeline.recv(wire.ASKED.size):
                lifeline.sendall(wire.USED.pack(math.inf, math.inf))
            break
    status = end_all(learner, config["isolated"])
    lifeline.sendall(json.dumps({"memory": too_much, "status": status}).encode())


def enter_namespaces() -> None:
    """
    Own user, process, network, IPC and host name, from the next fork on.

    The learner's process is the first of its process namespace: when it ends, the kernel ends all
    others in there, however they were started.
    """
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    _check(_libc().unshare(flags), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    _libc().sethostname(b"sandbox", 7)  # the machine's own is nobody's business


def processes(isolated: bool) -> list[str]:
    """Ids of the learner's process and all that it started, as far as this system tells."""
    if isolated:
        ours = {1, os.getpid(), os.getppid()}
        return [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in ours]
    found, waiting = [], [str(os.getpid())]
    while waiting and LINUX:
        process = waiting.pop()
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{thread}/children") as file:
                    waiting += file.read().split()
        found.append(process)
    return found[1:]


class Meter:
    """
    Counts the time of a submission so that a busy machine costs it nothing.

    Time in which it ran counts, and time in which nothing of it wanted to run, for that is sleep;
    time in which it waited for a processor does not. Where the kernel does not tell, all time
    counts.

    Attributes
    ----------
    processor : float
        Seconds of processor time so far.
    """

    def __init__(self, isolated: bool):
        self.isolated, self.processor, self.counted = isolated, 0.0, 0.0
        self.tasks: dict[str, tuple[float, float]] = {}
        self.history = [(time.monotonic(), 0.0, 0.0)]

    def look(self) -> None:
        """Count what was used since the last look."""
        before, self.tasks = self.tasks, self._tasks()
        now = time.monotonic()
        elapsed, ran, waited = now - self.history[-1][0], 0.0, 0.0
        for task, (runs, waits) in self.tasks.items():
            ran_before, waited_before = before.get(task, (0.0, 0.0))
            ran += runs - ran_before
            waited = max(waited, waits - waited_before)
        self.processor += ran
        self.counted += max(ran, elapsed - waited)
        self.history.append((now, self.processor, self.counted))

    def since(self, start: float) -> tuple[float, float]:
        """Seconds of processor time, and counted seconds, since this moment of the clock."""
        i = max(bisect.bisect_right(self.history, (start, math.inf, math.inf)) - 1, 0)
        return self.processor - self.history[i][1], self.counted - self.history[i][2]

    def _tasks(self) -> dict[str, tuple[float, float]]:
        """Seconds on a processor and in wait for one, of each thread."""
        found = {}
        for process in processes(self.isolated):
            with contextlib.suppress(OSError):  # it has just ended
                for task in os.listdir(f"/proc/{process}/task"):
                    with open(f"/proc/{process}/task/{task}/schedstat") as file:
                        runs, waits, _ = file.read().split()
                    found[task] = int(runs) / 1e9, int(waits) / 1e9
        return found


def memory_in_use() -> int:
    """
    Bytes that the processes of this sandbox use together, pages they share counted once.

    Nobody counts what lies in sockets, so each of them counts as full.
    """
    total = 0
    with contextlib.suppress(OSError, StopIteration, ValueError):
        with open("/proc/sys/net/core/wmem_max") as file:
            full = 2 * int(file.read())
        with open("/proc/self/net/sockstat") as file:
            total += full * int(next(file).split()[-1])
    return total + sum(map(_memory_of, processes(True)))


def _memory_of(process: str) -> int:
    total = 0
    for file, fields in (("smaps_rollup", ("Pss:", "SwapPss:")), ("status", ("VmRSS:", "VmSwap:"))):
        with contextlib.suppress(OSError), open(f"/proc/{process}/{file}") as lines:
            total = sum(int(line.split()[1]) << 10 for line in lines if line.startswith(fields))
        if total:
            break
    return total


def end_all(learner: int, isolated: bool) -> int:
    """Kill the learner's process and all that it started; its wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(learner, signal.SIGKILL)
    if not isolated:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(learner, signal.SIGKILL)
    _, status = os.waitpid(learner, 0)
    if not isolated and LINUX:
        end_orphans()
    return status


def end_orphans() -> None:
    """Kill processes that left the learner's group: on Linux they became the guard's children."""
    me = os.getpid()
    while True:
        with open(f"/proc/{me}/task/{me}/children") as file:
            for child in file.read().split():
                os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


# --- the learner's process


def be_the_learner(answers: socket.socket, config: dict, shell) -> None:
    """Close the cell's door behind us, then do what the grader asks."""
    os.setsid()
    if config["isolated"]:
        private_folders(config["folder"], config["limits"]["disk"])
    else:
        shell = preload()  # before it drops to a user who may not be able to read Python
        if config["drop_to"]:
            drop_privileges(config["drop_to"])
    os.chdir(config["folder"])
    set_limits(config["limits"], config["isolated"])
    if LINUX:
        drop_capabilities()
        seccomp.install()
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.set_inheritable(answers.fileno(), False)
    os.closerange(3, answers.fileno())
    os.closerange(answers.fileno() + 1, 256)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), duties.Sink(), duties.Sink()
    random.seed(0)
    import numpy as np

    np.random.seed(0)  # noqa: NPY002  (the learner's, so that the same answer gets the same marks)
    obey(answers, shell)


def private_folders(folder: str, size: int) -> None:
    """The only two places that can be written, both in memory; and nothing to see in /proc."""
    libc = _libc()
    _check(libc.unshare(CLONE_NEWNS), "unshare")  # the guard goes on seeing its own /proc
    for place, options in (
        (folder.encode(), b"mode=700,nr_inodes=4096,size=%d" % size),
        (b"/dev/shm", b"mode=700,nr_inodes=256,size=%d" % (size // 4)),
        (b"/proc", b"mode=500,nr_inodes=1,size=4096"),
    ):
        _check(libc.mount(b"none", place, b"tmpfs", MS_NOSUID | MS_NODEV, options), "mount")
    # mapped and shared, it would be memory that belongs to nobody
    _check(libc.mount(b"/dev/null", b"/dev/zero", None, MS_BIND, None), "mount")


def set_limits(limits: dict, isolated: bool) -> None:
    """Limits that the kernel keeps for each process."""
    wanted = {
        "RLIMIT_CORE": 0,
        # the guard counts what is used; libraries reserve more than that
        "RLIMIT_AS": limits["memory"] * (2 if isolated else 1),
        "RLIMIT_CPU": limits["total_seconds"] + time.process_time(),
        "RLIMIT_FSIZE": limits["disk"] // 4,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_NPROC": limits["processes"] + (0 if isolated else processes_of_user()),
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        if hasattr(resource, name):
            # macOS refuses some; without isolation that is what the notice is about
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (int(value), int(value)))


def processes_of_user() -> int:
    """Threads that this user has running: outside a namespace they count towards the limit."""
    if not LINUX:
        return 2048
    count = 0
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{name}/task"))
    return count


def drop_capabilities() -> None:
    """No capability and no way to get one, in whichever namespace."""
    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    libc.capset(head, (ctypes.c_uint32 * 6)())


def obey(connection: socket.socket, shell) -> None:
    """Answer the grader's requests until it hangs up."""
    functions: list = []
    while True:
        try:
            request, arrays = wire.receive(connection)
        except (EOFError, OSError):
            return
        wire.send(connection, *duties.do(shell, request, arrays, functions))


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


if __name__ == "__main__":
    main()
