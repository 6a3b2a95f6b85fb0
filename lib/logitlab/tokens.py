"""How a token is shown to a reader."""

import unicodedata

_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥"}


def visible(token: str) -> str:
    """Write a token so that nothing in it is invisible.

    A space becomes ``␣``, a new line ``↵``, a tab ``⇥``. Any other ASCII control, and a byte that
    is no character on its own, is written in hexadecimal, ``⟨1B⟩``; any other control, format or
    space character as ``⟨U+200D⟩``. A combining mark at the start gets a dotted circle to stand
    on.

    Parameters
    ----------
    token : str
        The token's text. Undecodable bytes may come as Python's surrogate escapes.

    Raises
    ------
    TypeError
        If ``token`` is not text.

    Examples
    --------
    >>> visible(" Paris"), visible("a b\\n"), visible("\\x1b"), visible("\\udce2")
    ('␣Paris', 'a␣b↵', '⟨1B⟩', '⟨E2⟩')
    """
    if not isinstance(token, str):
        raise TypeError(f"token must be text (str), got {token!r}")
    shown = "".join(map(_visible_character, token))
    return "◌" + shown if shown and unicodedata.combining(shown[0]) else shown


def _visible_character(c: str) -> str:
    if c in _SIGNS:
        return _SIGNS[c]
    if unicodedata.category(c)[0] not in "CZ":
        return c
    if c.isascii():
        return f"⟨{ord(c):02X}⟩"
    if "\udc80" <= c <= "\udcff":  # how Python keeps an undecodable byte
        return f"⟨{ord(c) - 0xDC00:02X}⟩"
    return f"⟨U+{ord(c):04X}⟩"
