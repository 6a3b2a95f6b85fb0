"""The loop explorer: what the model wrote under a repetition penalty, recorded run by run."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t

from logitlab.data import Run

from ._shared import Explorer, Goal, View, choice, module, own_goal, slider, style

MEASURES = {
    "repeated": ("tokens repeated", "kept"),
    "swaps": ("swaps", "kept"),
    "theta": ("theta", "top_p"),
}


class LoopView(View):
    """The text. Its module looks the run up and shades it."""

    _esm = module("loop")
    _css = style("drawing", "text", "loop")
    prompts = t.List(t.Unicode()).tag(sync=True)
    histories = t.List(t.Unicode()).tag(sync=True)
    thetas = t.List(t.Float()).tag(sync=True)
    vocabulary = t.List(t.Unicode()).tag(sync=True)
    runs = t.List(t.Dict()).tag(sync=True)
    prompt = t.Int(0).tag(sync=True)
    history = t.Int(0).tag(sync=True)
    theta = t.Float(1.0).tag(sync=True)


def loop_explorer(
    runs: Sequence[Run],
    *,
    goal: Goal | None = None,
    title: str = "What the model wrote",
) -> Explorer:
    """One recorded run at a time; theta is a slider, repeats are shaded and swaps are boxed.

    Parameters
    ----------
    runs : sequence of Run
        As `recorded_runs` gives them, or some of them: after each prompt, with each history, the
        same evenly spaced thetas.
    goal : Goal, optional
        A line that is ticked when a run is found. Its measure is ``"repeated"`` (tokens that end
        four tokens seen before), ``"swaps"`` or ``"theta"``.
    title : str
        Says above the text what it is.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        When there is no run, one is missing, or the goal's measure is none of these.
    """
    runs = list(runs)
    if not runs or not all(isinstance(run, Run) for run in runs):
        raise ValueError(f"runs must be a list of recorded runs, got {runs!r:.80}")
    prompts = list(dict.fromkeys(run.prompt for run in runs))
    histories = list(dict.fromkeys(run.history for run in runs))
    thetas = sorted({run.theta for run in runs})
    wanted = [(p, h, theta) for p in prompts for h in histories for theta in thetas]
    found = {(run.prompt, run.history, run.theta): run for run in runs}
    if missing := [key for key in wanted if key not in found]:
        raise ValueError(f"runs must hold every theta of every history, got none for {missing[0]}")
    vocabulary = sorted({x for r in runs for x in (*r.tokens, *(s.wanted for s in r.swaps))})
    place = {token: i for i, token in enumerate(vocabulary)}
    view = LoopView(
        title=title,
        prompts=prompts,
        histories=histories,
        thetas=thetas,
        vocabulary=vocabulary,
        runs=[_sent(found[key], place) for key in wanted],
        goal=own_goal(goal, MEASURES),
        theta=thetas[0],
    )
    controls = []
    if len(prompts) > 1:
        controls.append(choice("Prompt", prompts, view, "prompt"))
    if len(histories) > 1:
        controls.append(choice("Penalty looks at", histories, view, "history"))
    if len(thetas) > 1:
        step = round(thetas[1] - thetas[0], 4)
        controls.append(slider("Theta", thetas[0], thetas[0], thetas[-1], step, view, "theta"))
    return Explorer([*controls, view], words=_words(title, [found[key] for key in wanted]))


def _sent(run: Run, place: dict[str, int]) -> dict:
    return {
        "tokens": [place[token] for token in run.tokens],
        "ranks": run.ranks,
        "repeated": [i for i, again in enumerate(run.repeated) if again],
        "swaps": [[s.place, place[s.wanted], s.before, s.after, s.written] for s in run.swaps],
    }


def _words(title: str, runs: list[Run]) -> str:
    """The first and the last theta of each prompt and history, in numbers and in words."""
    lines = [f"{title}."]
    for run in runs:
        group = [r.theta for r in runs if (r.prompt, r.history) == (run.prompt, run.history)]
        if run.theta in (min(group), max(group)):
            lines.append(
                f"{run.prompt} (penalty on {run.history}), theta {run.theta:g}: "
                f"{sum(run.repeated)} of {len(run.ids)} tokens repeated, {len(run.swaps)} swaps. "
                f"{run.text!r:.120}"
            )
    return "\n".join(lines)
