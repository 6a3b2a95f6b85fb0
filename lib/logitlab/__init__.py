"""logitlab: what a learner imports. From logits to probabilities to a drawn token.

The names below are the public face. Each is imported from its module when it is first used, so
that ``import logitlab`` costs nothing and the arithmetic needs NumPy alone.
"""

from importlib import import_module

_HOMES = {
    "distributions": "gumbel_max greedy log_softmax sample softmax",
    "processors": (
        "Pipeline frequency_penalty min_p presence_penalty repetition_penalty temperature "
        "top_k top_p typical_p"
    ),
    "information": (
        "brier calibration_bins cross_entropy entropy expected_calibration_error kl_divergence "
        "perplexity surprisal"
    ),
    "distillation": "distillation_gradient distillation_loss",
    "tokens": "visible",
    "model": "load_model",
    "data": (
        "Answers Corpus Cuts Place Recorded Run Text digits recorded recorded_answers "
        "recorded_corpus recorded_cuts recorded_game recorded_opening recorded_peak "
        "recorded_prompts recorded_runs recorded_students recorded_texts"
    ),
    "generation": "generate",
    "experiments": "run_experiment sweep",
    "explorers": (
        "Goal bias_explorer calibration_explorer curve_explorer distribution_explorer "
        "guessing_game loop_explorer nucleus_explorer penalty_explorer predict quiz "
        "stages_explorer surprises teacher_explorer text_explorer"
    ),
    "checks": "CheckFailed NotAttempted check",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
_MODULES = ("plots",)

__all__ = sorted([*_HOME_OF, *_MODULES])


def __getattr__(name: str):
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name not in _HOME_OF:
        raise AttributeError(f"module 'logitlab' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    return value


def __dir__():
    return __all__
