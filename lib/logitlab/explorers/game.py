"""Shannon's guessing game: guess the next token of a text, and see what the model expected."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t

from logitlab.data import Place

from ._shared import Explorer, Goal, View, module, own_goal, style

MEASURES = {"first": ("at the first guess", "kept")}


class GameView(View):
    """The game. Its module judges the guesses and adds up."""

    _esm = module("game")
    _css = style("drawing", "game")
    start = t.Unicode().tag(sync=True)
    places = t.List(t.Dict()).tag(sync=True)


def guessing_game(
    start: str,
    places: Sequence[Place],
    *,
    goal: Goal | None = None,
    title: str = "Guess the next token",
) -> Explorer:
    """A text of which only the beginning is shown; the reader guesses on, a token at a time.

    Parameters
    ----------
    start : str
        What is shown from the beginning.
    places : sequence of Place
        The tokens to be guessed, with what the model expected; part of `recorded_game`.
    goal : Goal, optional
        Its measure is ``"first"``: how many tokens were guessed at the first try.
    title : str
        Says above the text what it is.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        When there is no beginning, no place, or the goal's measure is another one.
    """
    if not isinstance(start, str) or not start.strip():
        raise ValueError(f"start must be the beginning of the text, got {start!r}")
    places = list(places)
    if not places or not all(isinstance(place, Place) for place in places):
        raise ValueError(f"places must be a list of recorded places, got {places!r:.80}")
    view = GameView(
        title=title,
        start=start,
        places=[place._asdict() for place in places],
        goal=own_goal(goal, MEASURES),
    )
    bits = sum(place.bits for place in places)
    letters = sum(len(place.token) for place in places)
    words = (
        f"{title}. After {start!r} come {len(places)} tokens to guess, {letters} characters. The "
        f"model guesses {sum(place.rank == 1 for place in places)} of them first; they carry "
        f"{bits:.1f} bits to it."
    )
    return Explorer([view], words=words)
