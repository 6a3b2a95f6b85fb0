"""The text explorer: recorded texts, each token shaded by how much it surprised the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import traitlets as t

from logitlab.data import Text

from ._shared import Explorer, Goal, View, choice, module, own_goal, slider, style

HIGH = 10  # bits; what text.js counts
MEASURES = {
    "mean": ("mean surprisal", "mean"),
    "above": (f"tokens at {HIGH} bits or more", "above"),
}


class TextView(View):
    """The text. Its module counts and shades."""

    _esm = module("text")
    _css = style("drawing", "text")
    prompts = t.List(t.Unicode()).tag(sync=True)
    settings = t.List(t.Unicode()).tag(sync=True)
    seeds = t.Int(1).tag(sync=True)
    texts = t.List(t.Dict()).tag(sync=True)
    prompt = t.Int(0).tag(sync=True)
    setting = t.Int(0).tag(sync=True)
    seed = t.Int(0).tag(sync=True)


def text_explorer(
    texts: Sequence[Text],
    *,
    goal: Goal | None = None,
    title: str = "What the model wrote",
) -> Explorer:
    """One text at a time, chosen by prompt, setting and seed; its tokens shaded by surprisal.

    Parameters
    ----------
    texts : sequence of Text
        As `recorded_texts` gives them: of each setting after each prompt the same number of
        texts, with the seeds 0, 1, 2 and so on.
    goal : Goal, optional
        A line that is ticked when a text is found. Its measure is ``"mean"`` (the mean surprisal
        of a text's tokens, bits) or ``"above"`` (how many have 10 bits or more).
    title : str
        Says above the text what it is.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        When there is no text, one is missing, or the goal's measure is neither.
    """
    texts = list(texts)
    if not texts or not all(isinstance(text, Text) for text in texts):
        raise ValueError(f"texts must be a list of recorded texts, got {texts!r:.80}")
    prompts = list(dict.fromkeys(text.prompt for text in texts))
    settings = list(dict.fromkeys(text.setting for text in texts))
    seeds = 1 + max(text.seed for text in texts)
    wanted = [(p, s, seed) for p in prompts for s in settings for seed in range(seeds)]
    found = {(text.prompt, text.setting, text.seed): text for text in texts}
    if missing := [key for key in wanted if key not in found]:
        raise ValueError(f"texts must hold every seed of every setting, got none for {missing[0]}")
    view = TextView(
        title=title,
        prompts=prompts,
        settings=settings,
        seeds=seeds,
        texts=[_sent(found[key]) for key in wanted],
        goal=own_goal(goal, MEASURES),
    )
    controls = [
        choice("Prompt", prompts, view, "prompt"),
        choice("Setting", settings, view, "setting"),
    ]
    if seeds > 1:
        controls.append(slider("Seed", 0, 0, seeds - 1, 1, view, "seed"))
    return Explorer([*controls, view], words=_words(title, texts, settings))


def _sent(text: Text) -> dict:
    return {
        "tokens": text.tokens,
        "bits": text.surprisal,
        "entropy": text.entropy,
        "kept": text.kept,
    }


def _words(title: str, texts: list[Text], settings: list[str]) -> str:
    """Each setting in numbers, and the first text that it wrote."""
    lines = [f"{title}."]
    for setting in settings:
        of = [text for text in texts if text.setting == setting]
        bits = np.concatenate([text.surprisal for text in of])
        lines.append(
            f"{setting}: {len(of)} texts, mean surprisal {bits.mean():.1f} bits, "
            f"{100 * (bits >= HIGH).mean():.0f} % of tokens at {HIGH} bits or more. "
            f"First: {of[0].prompt}{''.join(of[0].tokens)!r:.160}"
        )
    return "\n".join(lines)
