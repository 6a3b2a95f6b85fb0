"""What known answers give on an exercise's probes, and what accounts for one that failed."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from logitlab.checks import _slips
from logitlab.checks._exercise import Mistake
from logitlab.checks._outcome import Outcome, run


class Bench:
    """
    The probes of one seed, and what known answers give on them.

    A class brings the same mistakes again and again: each is called once for each probe. With a
    seed the lesson's own probes come again in another order of their numbers, so that whoever has
    learned their results by heart is asked what is new and has the same ties, zeros and extremes.
    """

    def __init__(self, exercise, seed: int | None):
        number = int(exercise.id.split(".")[1])
        rng = np.random.default_rng([number] if seed is None else [number, 1, seed])
        self.probes = list(exercise.probes(rng))  # those that count
        if seed is not None:
            shown = {repr(args) for args in exercise._bench(None).probes}
            self.probes += [new for args in self.probes if (new := _reordered(args, shown, rng))]
        self.told = [*self.probes, *exercise.tell]  # and those that only tell mistakes apart
        self._exercise = exercise
        self._known: dict[tuple, Outcome] = {}

    def expected(self, convention: int) -> list[Outcome]:
        """What the reference (-1) or a convention gives on each probe."""
        return [self._once(("right", convention, i)) for i in range(len(self.probes))]

    def of_mistake(self, mistake: int, form: int, probe: int) -> Outcome:
        """What a form of a mistake gives on one of `told`."""
        return self._once((mistake, form, probe))

    def _once(self, key: tuple) -> Outcome:
        if key not in self._known:
            what, which, probe = key
            if what == "right":
                self._known[key] = self._exercise._expected(which, self.probes[probe])
            else:
                form, args = self._exercise.mistakes[what].forms[which], self.told[probe]
                self._known[key] = self._exercise._viewed(run(form, args), args)
        return self._known[key]


def _reordered(args: tuple, shown: set[str], rng) -> tuple | None:
    """One of the probes `shown` in an order that none of them has; None if there is no such."""
    if repr(args) not in shown:
        return None
    for _ in range(8):
        orders: dict[int, np.ndarray] = {}  # arrays of one length stay beside each other

        def reorder(x, orders=orders):
            if isinstance(x, list) and all(isinstance(i, (int, np.integer)) for i in x):
                return [x[i] for i in rng.permutation(len(x))]
            if not isinstance(x, np.ndarray) or not x.ndim:
                return x
            if x.dtype.kind != "f":
                return rng.permutation(x) if x.ndim == 1 else x
            size = x.shape[-1]
            return x[..., orders.setdefault(size, rng.permutation(size))]

        new = tuple(map(reorder, args))
        if repr(new) not in shown:
            return new
    return None


@dataclass(frozen=True)
class Trial:
    """A function that failed."""

    exercise: Any
    answer: Callable
    bench: Bench
    given: Sequence[Outcome]  # on each probe
    seen: Sequence[Outcome]  # the same as it is compared
    failing: Sequence[int]  # the probes that are wrong, by the convention that it comes closest to
    expected: Sequence[Outcome]  # what that convention gives


def recognise(trial: Trial) -> Mistake | None:
    """
    The known mistake or the slip that accounts for what is wrong.

    A known mistake that accounts for every failing probe comes first, then a slip, then a known
    mistake that accounts for the first failing probe and half of all, unless the answer has numbers
    of its own on more than a quarter of them. One that would have failed on most of the others,
    where the answer is right, was not made, and an error alone is not enough.
    Of several, the one that agrees with the answer on most probes; of equals, the first listed. A
    form that is right on a probe does not account for it, however near the answer is: frequencies
    just beyond the noise are near the right ones.
    """
    exercise, bench, failing = trial.exercise, trial.bench, trial.failing
    apart = [exercise._viewed(run(trial.answer, args), args) for args in exercise.tell]
    seen = [*trial.seen, *apart]

    def sound(i):
        """Whether there are numbers, as many as expected: no second fault hides the first."""
        value, expected = seen[i].value, trial.expected[i].value
        arrays = isinstance(value, np.ndarray) and isinstance(expected, np.ndarray)
        return arrays and value.shape == expected.shape and bool(np.isfinite(value).all())

    best, most, whole = None, 0, False
    for m, mistake in enumerate(exercise.mistakes):
        for f in range(len(mistake.forms)):

            def agrees(i, m=m, f=f):
                return exercise._same(seen[i], bench.of_mistake(m, f, i), bench.told[i], slack=2.0)

            def accounts(i, m=m, f=f):
                wrong = bench.of_mistake(m, f, i)
                return not exercise._same(wrong, trial.expected[i], bench.told[i])

            if not agrees(failing[0]) or not accounts(failing[0]):
                continue
            agree = [agrees(i) for i in range(len(seen))]
            accounted = sum(agree[i] and accounts(i) for i in failing)
            elsewhere = sum(agree) - sum(agree[i] for i in failing), len(seen) - len(failing)
            if 2 * accounted < len(failing) or 2 * elsewhere[0] < elsewhere[1]:
                continue
            if 4 * sum(not agree[i] and sound(i) for i in failing) > len(failing):
                continue
            if not any(a and s.kind != "error" for a, s in zip(agree, seen, strict=True)):
                continue
            if sum(agree) > most:
                best, most, whole = mistake, sum(agree), accounted == len(failing)
    return best if whole else _slip(trial) or _other_default(trial) or best


def _slip(trial: Trial) -> Mistake | None:
    exercise = trial.exercise
    if exercise.view_name:
        return None

    def right(*args):
        return exercise._viewed(run(exercise.reference, args), args).value

    for convention in range(-1, len(exercise.conventions)):
        cases, complete = [], True
        wanted = trial.bench.expected(convention)
        for args, seen, expected in zip(trial.bench.probes, trial.seen, wanted, strict=True):
            failing = not exercise._same(seen, expected, args)
            if isinstance(seen.value, np.ndarray) and isinstance(expected.value, np.ndarray):
                tolerance = exercise.rtol, exercise._atol(expected.value, args)
                values = seen.value, expected.value
                cases.append(_slips.Case(*values, failing, *tolerance, args, right))
            elif failing:
                complete = False
        if slip := _slips.find(cases, exercise.unit, complete):
            return slip
    return None


def _other_default(trial: Trial) -> Mistake | None:
    """Right where every argument is given, wrong where one is left to the stub's default."""
    exercise, empty = trial.exercise, inspect.Parameter.empty
    parameters = list(inspect.signature(exercise.reference).parameters.values())
    for i in trial.failing:
        args = trial.bench.probes[i]
        left = [p.default for p in parameters[len(args) :]]
        if not left or empty in left:
            return None
        again = exercise._viewed(run(trial.answer, (*args, *left)), args)
        if not exercise._same(again, trial.expected[i], args):
            return None
    defaults = ", ".join(f"{p.name}={p.default}" for p in parameters if p.default is not empty)
    why = f"The stub's default got lost: keep {defaults} in the first line of your function."
    return Mistake("other_default", why)
