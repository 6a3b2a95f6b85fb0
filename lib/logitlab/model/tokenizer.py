"""Text to token ids and back: byte-level byte-pair encoding, as GPT-2 introduced it.

Text is cut into words, a word is written as its UTF-8 bytes, and neighbouring pieces are joined
as long as the training saw the pair often enough to give it a name. Every step gives the ids
that llama.cpp gives for the same file.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

# Numbers stand alone, one character at a time (the pre-tokenizer "smollm"); the rest is GPT-2's
# pattern. Text between two numbers counts as a text of its own, hence the 0-9 in the look-ahead:
# white space leaves its last character to the next word, but not to a number.
_WORD = re.compile(
    r"[0-9]"
    r"|'(?:s|t|re|ve|m|ll|d)"
    r"| ?[A-Za-z]+"
    r"| ?[^\sA-Za-z0-9]+"
    r"|\s+(?![^\s0-9])"
    r"|\s+",
    re.ASCII,
)
_NORMAL = 1


class Tokenizer:
    """Byte-level byte-pair encoding with the vocabulary of a GGUF file.

    Parameters
    ----------
    metadata : dict
        The file's metadata: the keys ``tokenizer.ggml.tokens``, ``.token_type`` and ``.merges``.
    """

    def __init__(self, metadata: dict):
        pieces = metadata["tokenizer.ggml.tokens"]
        kinds = metadata["tokenizer.ggml.token_type"]
        merges = metadata["tokenizer.ggml.merges"]
        self._id = {piece: i for i, piece in enumerate(pieces)}
        self._rank = {tuple(merge.split(" ")): i for i, merge in enumerate(merges)}
        special = [piece for piece, kind in zip(pieces, kinds, strict=True) if kind != _NORMAL]
        self._special = set(special)
        longest_first = sorted(special, key=len, reverse=True)
        self._special_pattern = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
        self._bytes = [self._bytes_of(piece) for piece in pieces]
        self._join = lru_cache(maxsize=50_000)(self._join_pieces)

    def __len__(self) -> int:
        return len(self._bytes)

    def encode(self, text: str) -> list[int]:
        """Return the ids of ``text``; the names of special tokens become those tokens."""
        ids = []
        for part in self._special_pattern.split(text):
            if part in self._special:
                ids.append(self._id[part])
            else:
                for word in _words(part):
                    ids += self._join(word)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ``ids``; bytes that are no character become U+FFFD."""
        return b"".join(self._bytes[i] for i in ids).decode("utf-8", "replace")

    def vocabulary(self) -> list[str]:
        """Return each token's text; a byte that is no character on its own is written ⟨E2⟩."""
        return [data.decode("utf-8", "logitlab.hexadecimal") for data in self._bytes]

    def _bytes_of(self, piece: str) -> bytes:
        if piece in self._special:
            return piece.encode()
        return bytes(_BYTE_OF[character] for character in piece)

    def _join_pieces(self, word: str) -> tuple[int, ...]:
        pieces = [_CHARACTER_OF[byte] for byte in word.encode("utf-8")]
        unknown = len(self._rank)
        while len(pieces) > 1:
            pairs = pairwise(pieces)
            best = min(pairs, key=lambda pair: self._rank.get(pair, unknown))
            if best not in self._rank:
                break
            pieces = _merge(pieces, best)
        # The vocabulary lacks some bytes; llama.cpp leaves them out of the text, and so do we.
        return tuple(self._id[piece] for piece in pieces if piece in self._id)


def _merge(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    """Join every occurrence of ``pair``, from the left."""
    merged, i = [], 0
    while i < len(pieces):
        if tuple(pieces[i : i + 2]) == pair:
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(pieces[i])
            i += 1
    return merged


def _words(text: str) -> list[str]:
    # `re` has no classes for "any letter" and "any number" of Unicode, so the pattern runs on a
    # shadow of the text, as long as the text, in which an ASCII character stands for each other.
    shadow = "".join(c if c < "\x80" else _shadow(c) for c in text)
    return [text[match.start() : match.end()] for match in _WORD.finditer(shadow)]


def _shadow(c: str) -> str:
    if c.isspace():
        return "\t"
    # "A" and not "a": no contraction ('s, 't, ...) may come out of a letter that is not ASCII.
    return {"L": "A", "N": "0"}.get(unicodedata.category(c)[0], "!")


def _byte_alphabet() -> dict[int, str]:
    """Give each byte a visible character: its own where it has one, else one from U+0100 on."""
    visible = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in visible]
    return {b: chr(b) for b in visible} | {b: chr(256 + i) for i, b in enumerate(others)}


def _hexadecimal(error: UnicodeError) -> tuple[str, int]:
    broken = error.object[error.start : error.end]
    return "".join(f"⟨{byte:02X}⟩" for byte in broken), error.end


codecs.register_error("logitlab.hexadecimal", _hexadecimal)
_CHARACTER_OF = _byte_alphabet()
_BYTE_OF = {character: byte for byte, character in _CHARACTER_OF.items()}
