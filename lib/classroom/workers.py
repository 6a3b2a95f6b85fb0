"""
Where grading works: processes on this machine, or a Dask cluster.

Both have ``unordered(task, arguments)``: each argument with its result. The arguments are taken a
few at a time, so that a large class needs little memory, and a worker that is killed costs nothing:
another one does its task.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from multiprocessing import connection, get_context, parent_process

from classroom import ClassroomError

AHEAD = 4  # tasks sent ahead for each worker
ATTEMPTS = 3  # at a task whose worker was killed
PATIENCE = 20  # seconds for a Dask scheduler to answer


class WorkersError(ClassroomError):
    """There is nobody to do the work."""


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes:
    """
    Worker processes on this machine.

    A task is a function of a module; its result is None where the task killed three workers.

    Parameters
    ----------
    count : int, optional
        One for each core by default.
    *given : object
        Arguments of every task, before its own; they are sent only once.
    """

    def __init__(self, count: int | None = None, *given):
        self.count, self._given = count or cores(), given
        self._workers: list[_Worker] = []
        self._here = threading.local()
        self._threads = ThreadPoolExecutor(self.count)  # each waits for a process of its own

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in list(self._workers):
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def unordered(self, task: Callable, arguments: Iterable) -> Iterator:
        """Each argument with its result, as they come in."""
        arguments, running = iter(arguments), {}
        while True:
            for argument in islice(arguments, AHEAD * self.count - len(running)):
                running[self._start(task, argument)] = argument
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            yield from ((running.pop(future), future.result()) for future in done)

    def ordered(self, task: Callable, arguments: Iterable) -> Iterator[tuple]:
        """Each argument with its result, in the order that they were given."""
        running = deque()
        for argument in arguments:
            running.append((argument, self._start(task, argument)))
            if len(running) == AHEAD * self.count:
                argument, future = running.popleft()
                yield argument, future.result()
        yield from ((argument, future.result()) for argument, future in running)

    def _start(self, task, argument) -> Future:
        return self._threads.submit(self._do, task, argument)

    def _do(self, task, argument):
        if not hasattr(self._here, "worker"):
            self._here.worker = _Worker(self._given)
            self._workers.append(self._here.worker)
        return self._here.worker.do(task, argument)


class _Worker:
    """One process that does one task at a time."""

    def __init__(self, given: tuple):
        self._given = given
        self._process = self._pipe = None
        self._ended = False

    def do(self, task, argument):
        for _ in range(ATTEMPTS):
            if self._process is None:
                self._start()
            try:
                self._pipe.send((task, argument))
                return self._pipe.recv()
            except (EOFError, OSError):  # it was killed
                if self._ended:
                    break
                self._process.join()
                self._process = None
        return None

    def _start(self):
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._given), daemon=True)
        self._process.start()
        theirs.close()

    def end(self):
        """End the process, whatever it is doing; what it started ends with it."""
        self._ended = True
        if self._process is not None:
            self._process.kill()


def _serve(pipe, *given):
    """A worker's life: task by task, until the one who sends them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who sends them
    threading.Thread(target=_end_with, args=(parent_process().sentinel,), daemon=True).start()
    while True:
        try:
            task, argument = pipe.recv()
        except EOFError:
            return
        pipe.send(task(*given, argument))


def _end_with(parent):
    """Leave at once when the parent does, however it does."""
    connection.wait([parent])
    os._exit(1)


class Cluster:
    """A Dask cluster; a result is None where the cluster gave up."""

    def __init__(self, address: str):
        try:
            from distributed import Client
        except ImportError:
            raise WorkersError("--dask needs the package distributed") from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise WorkersError(f"no Dask scheduler at {address}: {error}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._client.close()

    def unordered(self, task: Callable, arguments: Iterable) -> Iterator:
        """Each argument with its result, as they come in."""
        from distributed import as_completed

        arguments, sent = iter(arguments), {}
        running = as_completed(loop=self._client.loop)

        def send(count: int) -> None:
            for argument in islice(arguments, count):
                future = self._client.submit(task, argument, pure=False, retries=ATTEMPTS - 1)
                sent[future.key] = argument
                running.add(future)

        send(AHEAD * (sum(self._client.nthreads().values()) or 1))
        for future in running:
            yield sent.pop(future.key), future.result() if future.status == "finished" else None
            future.release()
            send(1)
