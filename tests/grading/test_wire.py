"""What crosses between the two sides arrives unchanged, and nothing else arrives."""

import itertools
import json
import socket
import struct

import numpy as np
import pytest
from classroom import wire
from hypothesis import given
from hypothesis import strategies as st
from logitlab.checks._plain import ORDERED, NotPlain, plain

from tests.exercises.test_odd_answers import CLOTHES

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text("ab"), inner),
    max_leaves=10,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["array", "list", "tuple", "dict", "other", "function", "rng", "blank"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


def crossed(value, function=None):
    arrays, functions = [], []
    message = json.loads(json.dumps(wire.encode(value, arrays, functions)))
    return wire.decode(message, arrays, function)


@given(PLAIN)
def test_plain_data_arrives_unchanged(value):
    assert crossed(value) == value


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", ">f8", "i8", "u1", "?", "c16"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
def test_arrays_arrive_unchanged(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    again = crossed(array)
    assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, shape, array.tobytes())


def test_numbers_that_json_does_not_know():
    assert np.isnan(crossed(float("nan")))
    assert crossed([float("inf"), -0.0]) == [float("inf"), 0.0]


def test_a_generator_arrives_in_its_state_and_can_spawn():
    rng = np.random.default_rng([3, 5])
    rng.random(3)
    again = crossed(rng)
    assert (again.random(4) == rng.random(4)).all()
    assert (again.spawn(1)[0].random(4) == rng.spawn(1)[0].random(4)).all()


@pytest.mark.parametrize("value", [{1, 2}, object(), 10**400, np.array([None]), b"x", 1j])
def test_other_things_cross_as_the_name_of_their_type(value):
    again = crossed(value)
    assert type(again) is not type(value) or again.size == 0


TEXTS = {"text": np.str_("approve"), "its letters": [np.str_("a")], "keys": {np.str_("a"): 1.0}}


@pytest.mark.parametrize("value", TEXTS)
def test_numpys_own_text_arrives_as_text(value):
    assert crossed(TEXTS[value]) == TEXTS[value]
    assert type(crossed(TEXTS["text"])) is str


def read(value) -> str:
    """What the notebook's check makes of a value, also where it refuses it."""
    try:
        return repr(plain(value))
    except NotPlain:
        return "refused"


NESTS = {
    "a range": lambda: range(3),
    "a zip": lambda: zip([1, 2], [3, 4], strict=True),
    "a filter": lambda: filter(None, [1, 2]),
    "values": lambda: {"a": 1.0}.values(),
    "a generator of generators": lambda: ((x for x in row) for row in ([1, 2], [3, 4])),
    "text and a map": lambda: ("a", map(float, [1, 2])),
    "without an end": lambda: map(float, itertools.count()),
    "a map": lambda: map(np.float64, [0.1, 0.9]),
    "keys": lambda: {"a": 1.0}.keys(),
    **{
        f"{name} of {len(np.shape(right))} axes": lambda put=put, right=right: put(right)
        for name, put in CLOTHES.items()
        for right in ([0.1, 0.9], [[0.1, 0.9], [0.5, 0.5]])
    },
}


@pytest.mark.parametrize("value", NESTS)
def test_a_value_is_read_here_as_in_the_notebook(value):
    assert read(crossed(NESTS[value]())) == read(NESTS[value]())


def test_both_sides_count_the_same_as_a_list():
    assert wire.ORDERED == ORDERED


def test_a_blank_stays_blank():
    assert crossed([..., 1])[0] is ...


def test_of_a_huge_array_only_the_shape_crosses():
    arrays = []
    message = wire.encode(np.ones((1 << 20, 8)), arrays)
    assert arrays == []
    assert wire.decode(message, arrays).shape == (1 << 20, 8)


@given(JSON, st.lists(st.binary(max_size=40), max_size=3))
def test_whatever_is_sent_is_plain_data_or_malformed(message, arrays):
    try:
        value = wire.decode(message, arrays, function=lambda place, name: None)
    except wire.Malformed:
        return
    assert_plain(value)


def assert_plain(value):
    """Nothing but data, or an empty object that only has a name."""
    if isinstance(value, list | tuple):
        for item in value:
            assert_plain(item)
    elif isinstance(value, dict):
        assert_plain([*value, *value.values()])
    elif isinstance(value, np.ndarray):
        assert value.dtype.kind in "biufc" or value.size == 0
    elif type(value).__module__ not in ("builtins", "numpy", "numpy.random._generator"):
        assert not vars(type(value)).keys() - {"__module__", "__dict__", "__weakref__", "__doc__"}


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message(data):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.close()
        with pytest.raises((wire.Malformed, EOFError)):
            wire.receive(ours)


@pytest.mark.parametrize(
    "text",
    [
        b'{"message": {}, "sizes": [%d]}' % (wire.LARGEST_ARRAYS + 1),
        b'{"message": {}, "sizes": [-1]}',
        b'{"message": {}, "sizes": [true]}',
        b'{"message": [], "sizes": []}',
        b"[" * 100_000,
        b"9" * 10_000,
    ],
)
def test_messages_that_would_take_too_much(text):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", len(text)) + text)
        with pytest.raises(wire.Malformed):
            wire.receive(ours)


def test_names_and_texts_are_made_harmless():
    assert wire.type_name("<script>") == "object"
    assert wire.clean("a\ud800b") == "a?b"
    assert len(wire.clean("x" * 10**6)) == wire.LONGEST_TEXT
