"""Reading a GGUF file: a header, key-value metadata, then tensors of packed numbers.

The container is described in the ggml project's document ``docs/gguf.md``; the block layouts in
its ``ggml-common.h``. Three tensor types are read here, the ones the course's model uses.
"""

import math
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

MAGIC, _VERSION = b"GGUF", 3
# The codes of `struct` for the metadata's number types.
_SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_F32, _Q4_1, _Q8_0 = 0, 3, 8
_BLOCK_BYTES = {_Q4_1: 20, _Q8_0: 34}
_BLOCK = 32


class DamagedModel(ValueError):
    """The model file is not what it should be: cut short, or another file."""


class Tensor(NamedTuple):
    """Where a tensor lies in the file, and how it is packed."""

    shape: tuple[int, ...]
    kind: int
    data: np.ndarray

    def unpack(self) -> np.ndarray:
        """Return the tensor's numbers as float32 in row-major order."""
        return _UNPACK[self.kind](self.data).reshape(self.shape)


def read_gguf(path: str | Path) -> tuple[dict, dict[str, Tensor]]:
    """Read the metadata and locate the tensors of a GGUF file.

    Parameters
    ----------
    path : path
        The file. It is mapped, not copied: a tensor is read when it is unpacked.

    Returns
    -------
    metadata : dict
        From key to number, text or list.
    tensors : dict of str to Tensor

    Raises
    ------
    DamagedModel
        If the file is no GGUF file, is cut short, or holds a tensor type not read here.
    """
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(8)
    if head != MAGIC + struct.pack("<I", _VERSION):
        raise DamagedModel(f"{path} is not a GGUF file of version {_VERSION}")
    buffer = np.memmap(path, np.uint8, "r")
    try:
        return _Cursor(buffer, start=8).contents()
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, MemoryError) as error:
        raise DamagedModel(f"{path} is cut short or damaged ({error})") from error


class _Cursor:
    """A reading position in the file."""

    def __init__(self, buffer: np.ndarray, start: int):
        self.buffer, self.raw, self.position = buffer, memoryview(buffer), start

    def contents(self) -> tuple[dict, dict[str, Tensor]]:
        tensor_count, pair_count = self.take("Q"), self.take("Q")
        metadata = {}
        for _ in range(pair_count):
            key = self.text()
            metadata[key] = self.value(self.take("I"))
        headers = [self.tensor_header() for _ in range(tensor_count)]
        alignment = metadata.get("general.alignment", 32)
        start = -(-self.position // alignment) * alignment
        return metadata, {h[0]: self.tensor(start, *h) for h in headers}

    def take(self, code: str):
        (value,) = struct.unpack_from("<" + code, self.raw, self.position)
        self.position += struct.calcsize("<" + code)
        return value

    def text(self) -> str:
        size = self.take("Q")
        end = self.position + size
        if end > len(self.raw):
            raise IndexError("a text runs past the end")
        data, self.position = self.raw[self.position : end], end
        return str(data, "utf-8")

    def value(self, kind: int):
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            kind, size = self.take("I"), self.take("Q")
            return [self.value(kind) for _ in range(size)]
        return self.take(_SCALARS[kind])

    def tensor_header(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self.text()
        sizes = [self.take("Q") for _ in range(self.take("I"))]
        # The file lists the fastest-running axis first, NumPy last.
        return name, tuple(reversed(sizes)), self.take("I"), self.take("Q")

    def tensor(self, start: int, name: str, shape: tuple, kind: int, offset: int) -> Tensor:
        count = math.prod(shape)
        size = count * 4 if kind == _F32 else count // _BLOCK * _BLOCK_BYTES[kind]
        begin = start + offset
        if begin + size > len(self.buffer):
            raise IndexError(f"tensor {name} runs past the end")
        return Tensor(shape, kind, self.buffer[begin : begin + size])


def _unpack_f32(data: np.ndarray) -> np.ndarray:
    return data.view("<f4").astype(np.float32)


def _unpack_q4_1(data: np.ndarray) -> np.ndarray:
    """Blocks of 32: a float16 scale, a float16 minimum, 16 bytes of two 4-bit numbers each."""
    blocks = data.reshape(-1, _BLOCK_BYTES[_Q4_1])
    scale, minimum = _halves(blocks[:, :2]), _halves(blocks[:, 2:4])
    packed = blocks[:, 4:]
    out = np.empty((len(blocks), _BLOCK), np.float32)
    np.multiply(packed & 15, scale, out=out[:, :16])
    np.multiply(packed >> 4, scale, out=out[:, 16:])
    out += minimum
    return out


def _unpack_q8_0(data: np.ndarray) -> np.ndarray:
    """Blocks of 32: a float16 scale, 32 signed bytes."""
    blocks = data.reshape(-1, _BLOCK_BYTES[_Q8_0])
    return blocks[:, 2:].view(np.int8) * _halves(blocks[:, :2])


def _halves(columns: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(columns).view("<f2").astype(np.float32)


_UNPACK = {_F32: _unpack_f32, _Q4_1: _unpack_q4_1, _Q8_0: _unpack_q8_0}
