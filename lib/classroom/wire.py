"""
What crosses between the grader and a learner's process: JSON and raw arrays, never pickle.

A message is one JSON object, then the bytes of its arrays. Both ends use this module; only the
grader's end, `decode`, must hold against a liar, and it builds nothing but plain data.
"""

import contextlib
import io
import json
import re
import struct
from array import array
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import GeneratorType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import socket  # which WebAssembly does not have

LARGEST_JSON = 4 << 20  # bytes
LARGEST_ARRAYS = 16 << 20  # bytes, all arrays of a message together
LARGEST_ARRAY = 1 << 19  # numbers; of a larger one only the shape crosses
MOST_OBJECTS = 100_000  # in what crosses as a list: an array of objects or of text, a generator
DEEPEST = 12
LONGEST_TEXT = 100_000  # characters
ORDERED = (deque, array, range, map, filter, zip, GeneratorType, type({}.values()))
"""What counts as a list. The notebook's own check says so, in a module that answers cannot see."""

_DTYPE = re.compile(r"[<>|=]?[biufc](1|2|4|8|16)")
_HEAD = struct.Struct(">I")
ASKED, USED = struct.Struct("d"), struct.Struct("dd")
"""The grader's question to the guard, since when, and its answer in seconds: processor, counted."""
Left = Callable[[], float] | None


class Malformed(Exception):
    """Bytes that are no message, or a message that is no plain data."""


def pack(message: dict, arrays=()) -> bytes:
    """One message as bytes."""
    text = json.dumps({"message": message, "sizes": [len(a) for a in arrays]}).encode()
    return b"".join([_HEAD.pack(len(text)), text, *arrays])


def unpack(data: bytes) -> tuple[dict, list[bytes]]:
    """
    The message and its arrays that `pack` made bytes of.

    Raises
    ------
    Malformed
        When it is no message, or too large.
    """
    return _message(io.BytesIO(data).read)


def send(connection: "socket.socket", message: dict, arrays=(), left: Left = None) -> None:
    """
    Send one message.

    Parameters
    ----------
    connection : socket.socket
    message : dict
        Made of what `json` knows; `encode` puts arrays into the list `arrays`.
    arrays : sequence of bytes
    left : callable, optional
        Seconds to wait before it is asked again; it raises when there is no time left.
    """
    data = memoryview(pack(message, arrays))
    while data:
        connection.settimeout(left and left())
        with contextlib.suppress(TimeoutError):
            data = data[connection.send(data) :]


def receive(connection: "socket.socket", left: Left = None) -> tuple[dict, list[bytes]]:
    """
    Wait for one message and its arrays; `left` as in `send`.

    Raises
    ------
    EOFError
        When the other side is gone.
    Malformed
        When what came is no message, or too large.
    """
    return _message(lambda size: _exactly(connection, size, left))


def _message(read: Callable[[int], bytes]) -> tuple[dict, list[bytes]]:
    """One message, of which `read` gives the next bytes."""
    try:
        (size,) = _HEAD.unpack(read(_HEAD.size))
        if size > LARGEST_JSON:
            raise Malformed(f"a reply of {size} bytes")
        envelope = json.loads(read(size))
        message, sizes = envelope["message"], envelope["sizes"]
        if not isinstance(message, dict) or not all(type(s) is int and s >= 0 for s in sizes):
            raise Malformed("a reply of the wrong form")
        if sum(sizes) > LARGEST_ARRAYS:
            raise Malformed(f"a reply with {sum(sizes)} bytes of arrays")
    except (struct.error, ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("a reply that is no message") from None
    return message, [read(size) for size in sizes]


def _exactly(connection: "socket.socket", size: int, left: Left) -> bytes:
    parts = []
    while size:
        connection.settimeout(left and left())
        try:
            part = connection.recv(min(size, 1 << 20))
        except TimeoutError:
            continue
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def encode(value, arrays: list, functions: list | None = None, depth: int = 0):
    """
    Plain data as JSON; the bytes of arrays go to `arrays`.

    What is no plain data is replaced by the name of its type. Ints too large for a float and
    lists that hold themselves count as that.

    Parameters
    ----------
    value : object
    arrays : list of bytes
        Grows.
    functions : list, optional
        Callables are kept here and cross as their place in it. Without it they are no data.
    depth : int
    """
    if value is None or type(value) is bool:
        return value
    if value is ...:
        return {"blank": True}
    if depth > DEEPEST:
        return {"other": "value nested too deeply"}
    if type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
        return {"rng": _generator_state(value)}
    if isinstance(value, str):
        return str.__str__(value)[:LONGEST_TEXT]
    if isinstance(value, np.ndarray) and value.dtype.kind in "OU" and value.size <= MOST_OBJECTS:
        return encode(np.asarray(value).tolist(), arrays, None, depth + 1)
    if isinstance(value, np.matrix) and len(value) == 1:
        return _encode_array(np.asarray(value)[0], arrays)
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.asarray(value), arrays)
    if type(value) in ORDERED:
        items = list(islice(value, MOST_OBJECTS + 1))
        if len(items) > MOST_OBJECTS:
            return {"other": f"{type(value).__name__} of over {MOST_OBJECTS} items"}
        return encode(items, arrays, functions, depth + 1)
    if type(value).__module__.startswith("pandas."):
        return encode(value.to_numpy(), arrays, functions, depth + 1)
    if isinstance(value, int):
        number = int.__int__(value)
        return number if abs(number) < 10**308 else {"other": "number beyond every float"}
    if isinstance(value, float):
        return float.__float__(value)
    if type(value) in (Decimal, Fraction):
        return float(value)
    if isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        items = [encode(item, arrays, functions, depth + 1) for item in kind.__iter__(value)]
        return {kind.__name__: items}
    if isinstance(value, dict):
        pairs = [
            [encode(part, arrays, functions, depth + 1) for part in pair]
            for pair in dict.items(value)
        ]
        return {"dict": pairs}
    name = type(value).__name__
    if functions is not None and callable(value):
        functions.append(value)
        return {"function": len(functions) - 1, "type": name}
    return {"other": name}


def decode(message, arrays: list[bytes], function=None, depth: int = 0):
    """
    The value that `encode` saw, as far as it was plain data.

    Parameters
    ----------
    message : object
        As it came, possibly forged.
    arrays : list of bytes
    function : callable, optional
        ``function(place, type_name)`` stands for a callable of the other side.
    depth : int

    Raises
    ------
    Malformed
    """
    try:
        return _decode(message, arrays, function, depth)
    except Malformed:
        raise
    except Exception:  # whatever a forged message can bring about
        raise Malformed("a reply whose value is no plain data") from None


def _decode(message, arrays, function, depth):
    if depth > DEEPEST + 1:
        raise Malformed("a reply nested too deeply")
    if isinstance(message, str):
        return clean(message)
    if message is None or isinstance(message, bool | int | float):
        return message
    kind = next(iter(message), None) if isinstance(message, dict) else None
    content = message[kind] if kind else None
    if kind in ("list", "tuple"):
        items = [_decode(item, arrays, function, depth + 1) for item in content]
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        return {
            _key(_decode(k, arrays, function, depth + 1)): _decode(v, arrays, function, depth + 1)
            for k, v in content
        }
    if kind == "array":
        return _decode_array(*content, arrays)
    if kind == "blank":
        return ...
    if kind == "rng":
        return _generator(content)
    if kind == "function" and function is not None:
        return function(int(content), type_name(message["type"]))
    if kind == "other":
        return type(type_name(content), (), {})()
    raise Malformed("a reply with an unknown kind of value")


def _key(key):
    """A dict's key; one that is no text is kept for the check to refuse."""
    return key if isinstance(key, str | int | float | bool | None) else repr(key)


def _encode_array(array: np.ndarray, arrays: list):
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    dtype = array.dtype.str
    if not _DTYPE.fullmatch(dtype):
        return {"other": f"array of {array.dtype.type.__name__}"}
    if array.size > LARGEST_ARRAY:
        return {"array": [dtype, list(array.shape), None]}
    arrays.append(array.tobytes())
    return {"array": [dtype, list(array.shape), len(arrays) - 1]}


def _decode_array(dtype, shape, place, arrays) -> np.ndarray:
    if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
        raise Malformed("a reply with an unknown kind of array")
    if len(shape) > 64 or not all(type(n) is int and 0 <= n < 2**62 for n in shape):
        raise Malformed("a reply with an impossible array")
    if place is None:  # too large to cross: the shape alone, in no memory
        return np.broadcast_to(np.zeros((), dtype), shape)
    array = np.frombuffer(arrays[place], dtype)
    if array.size > LARGEST_ARRAY:
        raise Malformed("a reply with an array that is too large")
    return array.reshape(shape).copy()


def _generator_state(rng: np.random.Generator) -> dict:
    bits = rng.bit_generator
    seed = bits.seed_seq
    entropy = [int(n) for n in np.atleast_1d(np.array(seed.entropy, dtype=object))]
    return {"state": bits.state, "entropy": entropy, "spawn_key": list(seed.spawn_key)}


def _generator(content) -> np.random.Generator:
    seed = np.random.SeedSequence(content["entropy"], spawn_key=content["spawn_key"])
    bits = np.random.PCG64(seed)
    bits.state = content["state"]
    return np.random.Generator(bits)


def clean(text, limit: int = LONGEST_TEXT) -> str:
    """Text that any file can hold: no lone surrogates, not too long."""
    if not isinstance(text, str):
        raise Malformed("a reply with something else where text belongs")
    return text[:limit].encode("utf-8", "replace").decode()


def type_name(name) -> str:
    """A type's name as the learner's side gives it, if it can be one."""
    name = clean(name, 60)
    return name if re.fullmatch(r"\w[\w ]*", name) else "object"
