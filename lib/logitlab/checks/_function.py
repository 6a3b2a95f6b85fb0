"""
Exercises that ask for a function.

A learner's function is run on probes and compared with the reference. When it fails, every known
mistake is run on the same probes; the one that gives the same outputs names what was done.
"""

import contextlib
import copy
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from logitlab.checks import _messages
from logitlab.checks._bench import Bench, Trial, recognise
from logitlab.checks._exercise import UNKNOWN, Convention, Exercise, Mistake, holds, known
from logitlab.checks._messages import kind_of, shape, show, show_pair
from logitlab.checks._outcome import ATOL, RTOL, Outcome, by_position, close, run
from logitlab.checks._plain import NotPlain, plain

CHANGES = " Your function also changes its argument, and what follows sees that: work on a copy."
SEEDS_KEPT = 3  # the lesson's, a class's, and another class's


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """The learner hands in a function."""

    # A right answer, with the parameters and defaults of the sheet's stub.
    reference: Callable
    # ``probes(rng)`` lists argument tuples, from plain to nasty.
    probes: Callable[[np.random.Generator], Sequence[tuple]]
    mistakes: Sequence[Mistake] = ()
    # Other right answers, by name.
    right: Mapping[str, Callable] = field(default_factory=dict)
    # Right answers with other outputs than the reference; `note` then explains the reference's.
    conventions: Sequence[Convention] = ()
    # Arguments outside the exercise's terms: never judged, they only tell mistakes apart.
    tell: Sequence[tuple] = ()
    # ``view(value, *args)``: what is compared instead of the value itself, such as the frequencies
    # of the drawn tokens; it may raise NotPlain. The message calls it `view_name`, which is ""
    # where it is only another way to write the value.
    view: Callable | None = None
    view_name: str = ""
    # ``target(*args)``: what `view` should be; by default that of the reference's value.
    target: Callable | None = None
    rtol: float = RTOL
    # A number, or ``atol(expected, *args)`` where it depends on the probe.
    atol: float | Callable = ATOL
    # ``observe(value, *args)``: a sentence on an unknown mistake, or "".
    observe: Callable | None = None
    _benches: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def known(self, *rows) -> "FunctionExercise":
        """The same exercise with its known mistakes, as `known` takes them."""
        return replace(self, mistakes=known(*rows))

    def wrong_answers(self):
        answers = defaultdict(list)
        for mistake in self.mistakes:
            answers[mistake.id] += mistake.forms
        return dict(answers)

    def right_answers(self):
        others = {f"convention {i}": c.answer for i, c in enumerate(self.conventions, 1)}
        return {"reference": self.reference, **self.right, **others}

    def _judge(self, answer, seed):
        if answer is ...:
            self._unwritten("the answer is still `...`")
        if not callable(answer):
            name = self.answer
            why = f'Hand in the function itself: check("{self.id}", {name}), not {name}(...).'
            self._fail("not_a_function", why)
        answer = by_position(answer, self.reference)
        bench = self._bench(seed)
        probes = bench.probes
        given = [run(answer, probes[0])]
        if given[0].kind == "error" and given[0].value == "NotImplementedError":
            self._unwritten("the function still raises NotImplementedError")
        if given[0].kind == "blank":
            self._unwritten("the function still returns `...`")
        given += [run(answer, args) for args in probes[1:]]
        seen = [self._viewed(outcome, args) for outcome, args in zip(given, probes, strict=True)]

        best = None
        for convention, note in enumerate([self.note, *(c.note for c in self.conventions)], -1):
            expected = bench.expected(convention)
            failing = [
                i for i, args in enumerate(probes) if not self._same(seen[i], expected[i], args)
            ]
            if not failing:
                self._manners(answer, given, probes)
                return note
            if best is None or len(failing) < len(best[0]):
                best = failing, expected
        self._explain(Trial(self, answer, bench, given, seen, *best))

    def _bench(self, seed: int | None) -> Bench:
        """The probes of a seed, with what is known about them; the latest seeds are kept."""
        if seed not in self._benches:
            for old in list(self._benches)[: 1 - SEEDS_KEPT]:
                self._benches.pop(old, None)
            self._benches[seed] = Bench(self, seed)
        return self._benches[seed]

    def _expected(self, convention: int, args) -> Outcome:
        if convention >= 0:
            return self._viewed(run(self.conventions[convention].answer, args), args)
        if self.target:
            return Outcome("value", plain(self.target(*copy.deepcopy(args))))
        return self._viewed(run(self.reference, args), args)

    def _viewed(self, outcome: Outcome, args) -> Outcome:
        """The outcome as it is compared."""
        if self.view is None or outcome.kind != "value":
            return outcome
        try:
            with np.errstate(all="ignore"):
                return Outcome("value", plain(self.view(outcome.value, *copy.deepcopy(args))))
        except NotPlain as reason:
            return Outcome("refused", str(reason))
        except Exception:  # the view was written for numbers of one shape, this is something else
            return Outcome("refused", f"{kind_of(outcome.value)} that cannot be judged")

    def _atol(self, expected, args):
        return np.asarray(self.atol(expected, *args) if callable(self.atol) else self.atol)

    def _same(self, a: Outcome, b: Outcome, args, slack: float = 1.0) -> bool:
        """Whether two outcomes are the same; of errors only Python's name of them counts."""
        if a.kind != "value" or b.kind != "value":
            return (a.kind, a.value) == (b.kind, b.value)
        return close(a.value, b.value, self.rtol, slack * self._atol(b.value, args))

    def _manners(self, answer, given, probes):
        """What can be wrong although every value is right."""
        for outcome, args in zip(given, probes, strict=True):
            if outcome.changed:
                why = (
                    "The values are right, but your function changed its argument: "
                    "work on a copy, so that the caller's stays as it was."
                )
                self._fail("changes_argument", why, f"  called     {self._call(args)}")

        def call(*args):
            if (outcome := run(answer, args)).kind != "value":
                raise NotPlain(outcome.error)
            return outcome.value

        for mistake in self.mistakes:
            if mistake.rule and holds(mistake.rule.made, call):
                self._fail(mistake.id, mistake.why)

    def _explain(self, trial: Trial):
        first = trial.failing[0]
        args = trial.bench.probes[first]
        mine, yours, theirs = trial.given[first], trial.seen[first], trial.expected[first]
        lines = [f"  called     {self._call(args)}", *self._values(mine, yours, theirs)]
        if mine.kind == "nothing":
            why = "Your function returns nothing: end it with `return` (printing is not enough)."
            self._fail("returns_nothing", why, *lines)
        changes = CHANGES * any(outcome.changed for outcome in trial.given)
        if known := recognise(trial):
            self._fail(known.id, known.why + changes, *lines)
        again = run(trial.answer, args)
        if mine.kind == "value" and not self.view_name and not self._same(mine, again, args):
            why = "The same call twice gave two answers: something random is left in it."
            self._fail("not_repeatable", why, *lines)
        if mine.kind == "error":
            wanted = theirs.value if theirs.kind == "error" else None
            self._fail(*_messages.on_error(mine.error, wanted), *lines)
        wanted = theirs if self.view is None else run(self.reference, args)
        if mine.kind in ("refused", "blank"):
            self._fail("wrong_kind", _messages.on_kind(mine.value, wanted.value), *lines)
        if wanted.kind == "value" and kind_of(mine.value) != kind_of(wanted.value):
            why = f"You returned {kind_of(mine.value)}. Return {kind_of(wanted.value)}."
            self._fail("wrong_kind", why, *lines)
        if yours.kind == theirs.kind == "value" and shape(yours.value) != shape(theirs.value):
            why = f"The shape should be {shape(theirs.value)}, yours is {shape(yours.value)}."
            self._fail("wrong_shape", why, *lines)
        if yours.kind == "refused":
            self._fail("wrong_kind", f"Your answer is {yours.value}.", *lines)
        remark = ""
        if self.observe:
            with contextlib.suppress(Exception):  # not what it was written for: no remark
                remark = self.observe(mine.value, *args)
        if not remark and not self.view_name and wanted.kind == "value":
            with contextlib.suppress(Exception):
                remark = _messages.remark(self.unit, mine.value, wanted.value, args)
        if not remark and _not_finite(mine.value, wanted.value):
            why = "nan or inf came out: look for a division by 0, a logarithm of 0, or inf - inf."
            self._fail("not_finite", why, *lines)
        self._fail(None, f"{remark} {UNKNOWN}".strip() + changes, *lines)

    def _call(self, args) -> str:
        return f"{self.answer}({', '.join(show(arg) for arg in args)})"

    def _values(self, mine: Outcome, seen: Outcome, theirs: Outcome) -> list[str]:
        """The two lines that set the learner's value beside the expected one."""
        label = f"{self.view_name} " if self.view_name else ""
        yours, expected = show_pair(seen.value, theirs.value)
        lines = [f"  expected   {label}{expected}"]
        if mine.kind == "error":
            return [f"  it raised  {mine.error}", *lines]
        if mine.kind == "nothing":
            return ["  you gave   None", *lines]
        if mine.kind in ("refused", "blank"):
            return [f"  you gave   {mine.value}", *lines]
        if seen.kind == "refused":
            return [f"  you gave   {show(mine.value)}: {seen.value}", *lines]
        if self.view_name:
            short = not isinstance(mine.value, np.ndarray) or mine.value.size <= 12
            raw = f"{show(mine.value)}, " if short else ""
            return [f"  you gave   {raw}{label}{yours}", *lines]
        lines.insert(0, f"  you gave   {yours}")
        if shape(mine.value) != shape(theirs.value) and theirs.kind == "value":
            shapes = f"{shape(mine.value)}, expected {shape(theirs.value)}"
            lines.append(f"  shapes     yours {shapes}")
        return lines


def _not_finite(mine, expected) -> bool:
    """Whether there is a nan or an infinity in `mine` and nothing like it is expected."""
    both = [value for value in (mine, expected) if isinstance(value, np.ndarray)]
    return len(both) == 2 and not np.isfinite(mine).all() and bool(np.isfinite(expected).all())
