"""
What an exercise is, how an answer is judged, and how a wrong answer is explained.

A learner's function is run on probes and compared with the reference. When it fails, every known
mistake is run on the same probes; the one that gives the same outputs names what was done.
"""

import contextlib
import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from logitlab.checks._plain import NotPlain, blank, plain, type_name

RTOL, ATOL = 1e-4, 1e-6  # an answer computed in float32 passes
OTHER_ORDER = "The right numbers in another order."
SEEDS_KEPT = 3  # the lesson's, a class's, and another class's


class _Message(Exception):
    def _render_traceback_(self) -> list[str]:
        """Jupyter shows these lines instead of a traceback through this module."""
        return [f"{type(self).__name__}: {self}"]


class CheckFailed(_Message, AssertionError):
    """
    The answer is wrong.

    Attributes
    ----------
    exercise : str
        The exercise's id, such as ``"1.4"``.
    diagnosis : str or None
        Id of the known mistake that gives the same result; None for an unknown one.
    why : str
        The sentence that explains it; the message shows it below the two values.
    """

    def __init__(self, exercise: str, diagnosis: str | None, why: str, message: str):
        super().__init__(message)
        self.exercise = exercise
        self.diagnosis = diagnosis
        self.why = why


class NotAttempted(_Message, NotImplementedError):
    """The answer is still the stub: ``...``, or a function that raises NotImplementedError."""

    def __init__(self, exercise: str, message: str):
        super().__init__(message)
        self.exercise = exercise


@dataclass(frozen=True)
class Mistake:
    """
    A known wrong answer.

    Attributes
    ----------
    id : str
        What `CheckFailed.diagnosis` says.
    why : str
        One sentence for the learner.
    forms : sequence
        Answers that make this mistake. From outside they look alike: no probe tells them apart.
    rule : callable, optional
        For a function, ``rule(call) -> bool``: asked when every probe was answered rightly.
        For a value, ``rule(value) -> bool``: recognises a whole family of wrong values.
    part : int
        For a value in several parts, the part that is wrong.
    """

    id: str
    why: str
    forms: Sequence[Any]
    rule: Callable[..., bool] | None = None
    part: int = 0


@dataclass(frozen=True)
class Convention:
    """Another acceptable way, and the sentence that explains it to those who chose it."""

    note: str
    answer: Callable


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, an error, nothing at all, or something that is no data."""

    kind: str
    value: Any = None
    error: str = ""
    changed: bool = False


class _Bench:
    """
    The probes of one seed, and what known answers give on them.

    A class brings the same mistakes again and again: each is called once for each probe.

    Attributes
    ----------
    probes : list of tuple
        Those that count.
    told : list of tuple
        Those and the ones that only tell mistakes apart.
    """

    def __init__(self, exercise: "FunctionExercise", seed: int | None):
        number = int(exercise.id.split(".")[1])
        rng = np.random.default_rng([number] if seed is None else [number, 1, seed])
        self.probes = list(exercise.probes(rng))
        self.told = [*self.probes, *exercise.tell]
        self._exercise = exercise
        self._expected: dict[int, list[Outcome]] = {}
        self._seen: dict[tuple[int, int, int], Outcome] = {}

    def expected(self, convention: int) -> list[Outcome]:
        """What the reference (-1) or a convention gives on each probe."""
        if convention not in self._expected:
            self._expected[convention] = [
                self._exercise._expected(convention, args) for args in self.probes
            ]
        return self._expected[convention]

    def of_mistake(self, mistake: int, form: int, probe: int) -> Outcome:
        """What a form of a mistake gives on one of `told`."""
        key = mistake, form, probe
        if key not in self._seen:
            function, args = self._exercise.mistakes[mistake].forms[form], self.told[probe]
            self._seen[key] = self._exercise._seen(_run(function, args), args)
        return self._seen[key]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What every exercise has: its number, its title, what it is worth and how long it takes."""

    id: str
    title: str
    points: int
    minutes: int
    mistakes: Sequence[Mistake] = ()

    def judge(self, answer, seed: int | None = None) -> str:
        """Note for the line that says it is right; raises CheckFailed or NotAttempted."""
        raise NotImplementedError

    def wrong_answers(self) -> Mapping[str, Sequence[Any]]:
        """Known wrong answers by the id of their mistake, each a whole answer to hand in."""
        raise NotImplementedError

    def right_answers(self) -> Mapping[str, Any]:
        """Right answers by name: the reference, other forms of it, other conventions."""
        raise NotImplementedError

    def _fail(self, diagnosis: str | None, why: str, *lines: str):
        head = f"{self.id} {self.title} is not right yet."
        raise CheckFailed(self.id, diagnosis, why, "\n".join([head, *lines, why]))

    def _unwritten(self, what: str):
        raise NotAttempted(self.id, f"{self.id} {self.title}: not attempted, {what}")


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Exercise):
    """
    The learner hands in a function.

    Attributes
    ----------
    reference : callable
        A right answer.
    note : str
        Explains the reference's convention, where there are others.
    probes : callable
        ``probes(rng)`` lists argument tuples, from plain to nasty.
    tell : sequence of tuple
        Arguments outside the exercise's terms: never judged, they only tell mistakes apart.
    variants : mapping of str to callable
        Other right answers, by name.
    conventions : sequence of Convention
        Right answers with other outputs than the reference.
    view : callable, optional
        ``view(value, *args)``: what is compared instead of the value itself, such as the
        frequencies of the drawn tokens. It may raise NotPlain.
    view_name : str
        What the message calls it.
    target : callable, optional
        ``target(*args)``: what `view` should be; by default that of the reference's value.
    rtol : float
    atol : float or callable
        Tolerance; callable as ``atol(expected, *args)`` where it depends on the probe.
    observe : callable, optional
        ``observe(value, *args)``: a sentence on an unknown mistake, or "".
    """

    reference: Callable
    note: str = ""
    probes: Callable[[np.random.Generator], Sequence[tuple]]
    tell: Sequence[tuple] = ()
    variants: Mapping[str, Callable] = field(default_factory=dict)
    conventions: Sequence[Convention] = ()
    view: Callable | None = None
    view_name: str = ""
    target: Callable | None = None
    rtol: float = RTOL
    atol: float | Callable = ATOL
    observe: Callable | None = None
    _benches: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def wrong_answers(self):
        return {mistake.id: mistake.forms for mistake in self.mistakes}

    def right_answers(self):
        others = {f"convention {i}": c.answer for i, c in enumerate(self.conventions, 1)}
        return {"reference": self.reference, **self.variants, **others}

    def judge(self, answer, seed=None):
        if answer is ...:
            self._unwritten("the answer is still `...`")
        if not callable(answer):
            name = self.title
            why = f'Hand in the function itself: check("{self.id}", {name}), not {name}(...).'
            self._fail("not_a_function", why)
        bench = self._bench(seed)
        probes = bench.probes
        given = [_run(answer, probes[0])]
        if given[0].kind == "error" and given[0].value == "NotImplementedError":
            self._unwritten("the function still raises NotImplementedError")
        if given[0].kind == "blank":
            self._unwritten("the function still returns `...`")
        given += [_run(answer, args) for args in probes[1:]]
        seen = [self._seen(outcome, args) for outcome, args in zip(given, probes, strict=True)]

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
        self._explain(answer, bench, given, seen, *best)

    def _bench(self, seed: int | None) -> _Bench:
        """The probes of a seed, with what is known about them; the latest seeds are kept."""
        if seed not in self._benches:
            for old in list(self._benches)[: 1 - SEEDS_KEPT]:
                self._benches.pop(old, None)
            self._benches[seed] = _Bench(self, seed)
        return self._benches[seed]

    def _expected(self, convention: int, args) -> Outcome:
        if convention >= 0:
            return self._seen(_run(self.conventions[convention].answer, args), args)
        if self.target:
            return Outcome("value", plain(self.target(*copy.deepcopy(args))))
        return self._seen(_run(self.reference, args), args)

    def _seen(self, outcome: Outcome, args) -> Outcome:
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

    def _same(self, a: Outcome, b: Outcome, args, slack: float = 1.0) -> bool:
        if a.kind != "value" or b.kind != "value":
            return (a.kind, a.value, a.error) == (b.kind, b.value, b.error)
        atol = self.atol(b.value, *args) if callable(self.atol) else self.atol
        return close(a.value, b.value, self.rtol, slack * np.asarray(atol))

    def _manners(self, answer, given, probes):
        """What can be wrong although every value is right."""
        for outcome, args in zip(given, probes, strict=True):
            if outcome.changed:
                why = (
                    "The values are right, but your function changed its argument: "
                    "work on a copy, so that the caller's array stays as it was."
                )
                self._fail("changes_argument", why, f"  called     {self._call(args)}")

        def call(*args):
            if (outcome := _run(answer, args)).kind != "value":
                raise NotPlain
            return outcome.value

        for mistake in self.mistakes:
            if mistake.rule and _holds(mistake.rule, call):
                self._fail(mistake.id, mistake.why)

    def _explain(self, answer, bench, given, seen, failing, expected):
        first = failing[0]
        args = bench.probes[first]
        mine, theirs = given[first], expected[first]
        lines = [f"  called     {self._call(args)}", *self._values(mine, seen[first], theirs)]
        if mine.kind == "nothing":
            why = "Your function returns nothing: end it with `return` (printing is not enough)."
            self._fail("returns_nothing", why, *lines)
        if mistake := self._recognise(answer, bench, seen, failing):
            self._fail(mistake.id, mistake.why, *lines)
        again = _run(answer, args)
        if mine.kind == "value" and self.view is None and not self._same(mine, again, args):
            why = "The same call twice gave two answers: something random is left in it."
            self._fail("not_repeatable", why, *lines)
        if mine.kind == "error":
            self._fail(None, _on_error(mine, theirs), *lines)
        wanted = theirs if self.view is None else _run(self.reference, args)
        if mine.kind in ("refused", "blank"):
            self._fail("wrong_kind", _on_kind(mine, wanted), *lines)
        if wanted.kind == "value" and kind_of(mine.value) != kind_of(wanted.value):
            why = f"You returned {kind_of(mine.value)}. Return {kind_of(wanted.value)}."
            self._fail("wrong_kind", why, *lines)
        yours = seen[first]
        if yours.kind == theirs.kind == "value" and shape(yours.value) != shape(theirs.value):
            why = f"The shape should be {shape(theirs.value)}, yours is {shape(yours.value)}."
            self._fail("wrong_shape", why, *lines)
        if yours.kind == "refused":
            self._fail("wrong_kind", f"Your answer is {yours.value}.", *lines)
        remark = ""
        if self.observe:
            with contextlib.suppress(Exception):  # not what it was written for: no remark
                remark = self.observe(mine.value, *args)
        if not remark and _not_finite(mine.value, wanted.value):
            why = "nan or inf came out: look for a division by 0, a logarithm of 0, or inf - inf."
            self._fail("not_finite", why, *lines)
        if not remark and _other_order(yours.value, theirs.value):
            self._fail("wrong_order", OTHER_ORDER, *lines)
        remark = f"{remark} This is none of the mistakes that the check knows.".strip()
        self._fail(None, remark, *lines)

    def _recognise(self, answer, bench: _Bench, seen, failing) -> Mistake | None:
        """
        The mistake whose outputs agree with the answer's on most probes.

        It must account for the first failing probe and for half of all failing ones. Where two
        agree equally often, the one that is listed first.
        """
        seen = [*seen, *(self._seen(_run(answer, args), args) for args in self.tell)]
        best, most = None, 0
        for m, mistake in enumerate(self.mistakes):
            for f in range(len(mistake.forms)):

                def agrees(i, m=m, f=f):
                    other = bench.of_mistake(m, f, i)
                    return self._same(seen[i], other, bench.told[i], slack=2.0)

                if not agrees(failing[0]):
                    continue
                agree = [agrees(i) for i in range(len(seen))]
                accounted = sum(agree[i] for i in failing)
                if 2 * accounted >= len(failing) and sum(agree) > most:
                    best, most = mistake, sum(agree)
        return best

    def _call(self, args) -> str:
        return f"{self.title}({', '.join(show(arg) for arg in args)})"

    def _values(self, mine: Outcome, seen: Outcome, theirs: Outcome) -> list[str]:
        """The two lines that set the learner's value beside the expected one."""
        label = f"{self.view_name} " if self.view else ""
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
        if self.view:
            short = not isinstance(mine.value, np.ndarray) or mine.value.size <= 12
            raw = f"{show(mine.value)}, " if short else ""
            return [f"  you gave   {raw}{label}{yours}", *lines]
        lines.insert(0, f"  you gave   {yours}")
        if shape(mine.value) != shape(theirs.value) and theirs.kind == "value":
            shapes = f"{shape(mine.value)}, expected {shape(theirs.value)}"
            lines.append(f"  shapes     yours {shapes}")
        return lines


@dataclass(frozen=True)
class Part:
    """One value of an answer: its name, what it should be, how far off it may be, other words."""

    name: str
    value: Any
    tolerance: float = 0.005
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ValueExercise(Exercise):
    """The learner hands in a value, or a tuple of values: one for each part."""

    parts: Sequence[Part]
    note: str = ""

    def wrong_answers(self):
        return {
            mistake.id: [self._whole(mistake.part, form) for form in mistake.forms]
            for mistake in self.mistakes
        }

    def right_answers(self):
        return {"reference": self._whole(0, self.parts[0].value)}

    def _whole(self, i: int, value):
        values = [part.value for part in self.parts]
        values[i] = value
        return tuple(values) if len(values) > 1 else value

    def judge(self, answer, seed=None):
        values = self._split(answer)
        still = [p.name for p, value in zip(self.parts, values, strict=True) if blank(value)]
        if still:
            self._unwritten(f"still `...`: {', '.join(still)}")
        for i, (part, value) in enumerate(zip(self.parts, values, strict=True)):
            self._judge_part(i, part, value)
        return self.note

    def _split(self, answer) -> list:
        if len(self.parts) == 1 or answer is ...:
            return [answer] * len(self.parts)
        names = ", ".join(part.name for part in self.parts)
        if not isinstance(answer, list | tuple):
            self._fail(None, f"Hand in {len(self.parts)} values: {names}.")
        try:
            items = list.__iter__(answer) if isinstance(answer, list) else tuple.__iter__(answer)
            values = list(items)
        except TypeError:
            values = []
        if len(values) != len(self.parts):
            self._fail(None, f"Hand in {len(self.parts)} values: {names}.")
        return values

    def _judge_part(self, i: int, part: Part, value):
        expected = plain(part.value)
        if value is None:
            self._fail("returns_nothing", f"{part.name} is None: give it a value.")
        try:
            mine = plain(value)
        except NotPlain as reason:
            self._fail(None, f"{part.name} is {reason}. Hand in plain numbers or text.")
        if any(close(mine, plain(v), 0.0, part.tolerance) for v in (expected, *part.also)):
            return
        yours, wanted = show_pair(mine, expected)
        lines = [f"  {part.name}", f"  you gave   {yours}", f"  expected   {wanted}"]
        if shape(mine) != shape(expected) and not isinstance(mine, tuple):
            lines.append(f"  shapes     yours {shape(mine)}, expected {shape(expected)}")
        for mistake in self.mistakes:
            if mistake.part != i:
                continue
            if any(close(mine, plain(f), 0.0, part.tolerance) for f in mistake.forms) or (
                mistake.rule and _holds(mistake.rule, mine)
            ):
                self._fail(mistake.id, mistake.why, *lines)
        if kind_of(mine) != kind_of(expected):
            how = ", in quotes" * isinstance(expected, str)
            why = f"{part.name}: you gave {kind_of(mine)}. Give {kind_of(expected)}{how}."
            self._fail("wrong_kind", why, *lines)
        if isinstance(mine, np.ndarray) and mine.size != expected.size:
            why = f"Give {expected.size} number{'s' * (expected.size != 1)} here, not {mine.size}."
            self._fail("wrong_shape", why, *lines)
        if _other_order(mine, expected, part.tolerance):
            self._fail("wrong_order", OTHER_ORDER, *lines)
        if _rounded_off(mine, expected):
            self._fail("rounded", "Right as far as it goes, but rounded: give more digits.", *lines)
        self._fail(None, "This is none of the mistakes that the check knows.", *lines)


def _holds(rule, value) -> bool:
    """Whether a rule finds its mistake; on what it was not written for, it does not."""
    try:
        return bool(rule(value))
    except Exception:
        return False


def _run(function: Callable, args: tuple) -> Outcome:
    """Call a function on a copy of the arguments; whatever it does, an Outcome comes back."""
    given = copy.deepcopy(args)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = function(*given)
    except (Exception, SystemExit) as error:
        return Outcome("error", _builtin(error), error=_sentence(error))
    changed = any(
        isinstance(a, np.ndarray) and a.tobytes() != b.tobytes()
        for a, b in zip(args, given, strict=True)
    )
    if value is None:
        return Outcome("nothing", changed=changed)
    if value is ...:
        return Outcome("blank", "`...`")
    try:
        return Outcome("value", plain(value), changed=changed)
    except NotPlain as reason:
        return Outcome("refused", str(reason), changed=changed)


def _on_error(mine: Outcome, expected: Outcome) -> str:
    """What to do about an error that should not have come, or not this one."""
    if expected.kind == "error":
        return f"To refuse is right. Raise a {expected.value}; yours is {mine.error.split(':')[0]}."
    if mine.value == "TypeError" and "positional argument" in mine.error:
        return "The call above has to work: compare it with the brackets of your `def` line."
    return "Run the call above in a cell of its own to see where."


def _on_kind(mine: Outcome, wanted: Outcome) -> str:
    """What to return instead of something that is no data."""
    if mine.value.startswith("a set,"):
        return "A set has no order. Return a list: sorted(...) makes one of it."
    if mine.value.split(",")[0].endswith(("Error", "Exception")):
        return "An error is raised, not returned: write `raise` in place of `return`."
    if wanted.kind == "value" and isinstance(wanted.value, dict):
        return "Return a dict."
    return "Return plain numbers: one number, a list or an array."


def _other_order(mine, expected, atol: float = ATOL) -> bool:
    """Whether two rows hold the same numbers, but not in the same places."""
    rows = [v for v in (mine, expected) if isinstance(v, np.ndarray) and v.ndim == 1]
    return len(rows) == 2 and close(np.sort(mine), np.sort(expected), RTOL, atol)


def _rounded_off(mine, expected) -> bool:
    """Whether the answer is what was expected, rounded to one digit after the point or to two."""
    if not isinstance(mine, np.ndarray) or shape(mine) != shape(expected):
        return False
    return any(close(mine, np.round(expected, digits), 0.0, 1e-9) for digits in (1, 2))


def _not_finite(mine, expected) -> bool:
    """Whether there is a nan or an infinity in `mine` and nothing like it is expected."""
    both = [value for value in (mine, expected) if isinstance(value, np.ndarray)]
    return len(both) == 2 and not np.isfinite(mine).all() and bool(np.isfinite(expected).all())


def _builtin(error: BaseException) -> str:
    """Python's own name for an exception: a learner's own kind of ValueError is a ValueError."""
    return next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")


def _sentence(error: BaseException) -> str:
    try:
        text = str.__str__(str(error))[:300]
    except Exception:
        text = ""
    return f"{type_name(error)}: {text}" if text else type_name(error)


def close(a, b, rtol: float, atol) -> bool:
    """
    Whether two pieces of plain data are equal within a tolerance; nan equals nan.

    Parameters
    ----------
    a, b : numpy.ndarray, str, tuple or dict
        As `plain` gives them.
    rtol : float
        Relative to `b`.
    atol : float or numpy.ndarray
    """
    if isinstance(a, str) and isinstance(b, str):
        return a.strip().casefold() == b.strip().casefold()
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape:
            return False
        with np.errstate(all="ignore"):
            # A number is not near -inf, although rtol times infinity would allow it.
            near = np.isfinite(b) & (np.abs(a - b) <= atol + rtol * np.abs(b))
        return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))
    if isinstance(a, tuple) and isinstance(b, tuple):
        pairs = list(zip(a, b, strict=False))
        return len(a) == len(b) and all(close(x, y, rtol, atol) for x, y in pairs)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k], rtol, atol) for k in b)
    return False


def shape(value) -> tuple[int, ...]:
    """Shape of an array; anything else has none."""
    return value.shape if isinstance(value, np.ndarray) else ()


def kind_of(value) -> str:
    """What a piece of plain data is, in words."""
    if isinstance(value, np.ndarray):
        return "numbers"
    if isinstance(value, tuple):
        return "a list that holds text"
    return "a dict" if isinstance(value, dict) else "text"


def show(value, digits: int = 4) -> str:
    """Plain data as a learner would write it, long arrays cut."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else repr(value[:60]) + "..."
    if isinstance(value, dict):
        items = [f"{show(k)}: {show(v, digits)}" for k, v in list(value.items())[:12]]
        return "{" + ", ".join(items + ["..."] * (len(value) > 12)) + "}"
    if isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0):
        items = [show(item, digits) for item in value[:12]]
        return "[" + ", ".join(items + ["..."] * (len(value) > 12)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(show(item, digits) for item in value[:12]) + ")"
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e6 else f"{number:.{digits}g}"


def show_pair(mine, expected) -> tuple[str, str]:
    """Both values with as few digits, from four up, as let them look different."""
    for digits in range(4, 18):
        pair = show(mine, digits) if mine is not None else "None", show(expected, digits)
        if pair[0] != pair[1]:
            break
    return pair
