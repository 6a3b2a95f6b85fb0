"""Exercise 3.5: the loop that writes text, tried on small models that the check makes."""

from functools import cache

import numpy as np

from logitlab.generation import SmallModel
from logitlab.processors import top_k, top_p

from ..kit import Convention, FunctionExercise, NotPlain, Rule, share, soft

LONG = 300  # tokens of a text whose shares are compared, each within 5 standard errors
STAGES = {
    "T": lambda z, T, k, p: z / T,
    "M": lambda z, T, k, p: z * T,
    "k": lambda z, T, k, p: top_k(z, k),
    "p": lambda z, T, k, p: top_p(z, p),
    "S": lambda z, T, k, p: soft(z),
    "U": lambda z, T, k, p: np.where(z > -np.inf, 0.0, -np.inf),
}


@cache
def drawn_from(logits: bytes, stages: str, T, k, p):
    """Probabilities after the stages; the same at every place of model 0, so worked out once."""
    z = np.frombuffer(logits)
    for stage in stages:
        z = STAGES[stage](z, T, k, p)
    return soft(z)


def written(
    stages="Tkp",
    draw=lambda q, rng: rng.choice(6, p=q),
    reads=lambda prompt, new: prompt + new,
    full=lambda prompt, new, most: len(new) >= most,
    over=lambda prompt, new: new[-1] == 0,
    gives=lambda prompt, new: new,
):
    """The loop, with one of its parts replaced."""

    def form(number, prompt, T, k, p, rng, max_new_tokens):
        model, new = SmallModel(number), []
        while not (new and (over(prompt, new) or full(prompt, new, max_new_tokens))):
            logits = model.logits(reads(prompt, new)).tobytes()
            new.append(int(draw(drawn_from(logits, stages, T, k, p), rng)))
        return gives(prompt, new)

    return form


def probes(rng):
    def greedy(number, prompt, most, k=1, p=1.0):
        return (number, prompt, 1.5, k, p, np.random.default_rng(number), most)

    def chance(T, k, p):
        return (0, [2, 1], T, k, p, np.random.default_rng(rng.integers(1 << 30)), LONG)

    ending = [greedy(31, [1], 9), greedy(18, [5, 3, 1, 1, 2], 9), greedy(10, [1], 5)]
    full = [greedy(30, [1], 8), greedy(3, [2, 4], 7, k=6, p=0.0), greedy(12, [1, 0, 2, 2, 4], 3)]
    one = [greedy(int(rng.integers(40, 99)), [4], 1)]
    cool = [chance(0.6, 3, 0.9), chance(0.3, 6, 1.0), chance(0.5, 2, 0.85)]
    return [
        *ending,
        *full,
        *one,
        *cool,
        chance(4.0, 3, 1.0),
        chance(1.0, 50, 0.7),
        chance(3, 4, 0.7),
    ]


def in_short(ids, number, prompt, T, k, p, rng, most):
    """Of a text that chance decides, each token's share, and its length as a part of the most."""
    if not isinstance(ids, np.ndarray) or ids.ndim != 1 or not np.isin(ids, range(6)).all():
        raise NotPlain("not a list of token ids")
    if number:
        return ids
    return np.append(np.bincount(ids.astype(int), minlength=6) / max(len(ids), 1), len(ids) / most)


def wanted(number, prompt, T, k, p, rng, most):
    if number:
        return written()(number, prompt, T, k, p, rng, most)
    return np.append(drawn_from(SmallModel(0).logits(prompt).tobytes(), "Tkp", T, k, p), 1.0)


def noise(expected, number, *_):
    return 1e-6 if number else 5 * np.sqrt((expected * (1 - expected)).clip(0) / LONG)


def ignores_rng(call):
    first, other, again = (
        call(0, [1], 2.0, 6, 1.0, np.random.default_rng(s), 40) for s in (1, 2, 1)
    )
    return np.array_equal(first, other) or not np.array_equal(first, again)


def always(seed):
    return lambda q, rng: np.random.default_rng(seed).choice(6, p=q)


EXERCISE = FunctionExercise(
    reference=written(),
    note="Your list ends with the stop token, as that of the library's `generate` does.",
    conventions=[
        Convention(
            "Your list leaves the stop token out; the library's `generate` gives it too.",
            written(gives=lambda prompt, new: [i for i in new if i != 0]),
        )
    ],
    probes=probes,
    view=in_short,
    view_name="in short",
    target=wanted,
    atol=noise,
    right={
        "by hand": written(draw=lambda q, rng: (rng.random() >= np.cumsum(q)[:-1]).sum()),
        "Gumbel": written(draw=lambda q, rng: (np.log(q + 1e-300) + rng.gumbel(size=6)).argmax()),
    },
).known(
    "forgot_to_append: The model reads the prompt again at every step. Append each new token "
    "to what it reads.",
    written(reads=lambda prompt, new: prompt),
    "last_token_only: The model reads the last token only. Give it all that is written so far.",
    written(reads=lambda prompt, new: (prompt + new)[-1:]),
    "prompt_forgotten: After the first step the model reads the new tokens without the prompt.",
    written(reads=lambda prompt, new: new or prompt),
    "stop_ignored: Your text goes on after a stop token. After each draw look in model.stop_ids.",
    written(over=lambda prompt, new: False),
    "stop_in_prompt: A stop token in the prompt ended the text. Ask of the new token only.",
    written(over=lambda prompt, new: 0 in prompt + new),
    "one_too_many: One token more than max_new_tokens. Count before you draw.",
    written(full=lambda prompt, new, most: len(new) > most),
    "prompt_counted: max_new_tokens counts new tokens. You counted those of the prompt, too.",
    written(full=lambda prompt, new, most: len(prompt + new) >= most),
    "prompt_returned: Return the new tokens alone, without the prompt.",
    written(gives=lambda prompt, new: prompt + new),
    "last_returned: You returned the last token. Collect all the new ones in a list.",
    written(gives=lambda prompt, new: new[-1:]),
    "greedy: You always take the likeliest token. Draw from the probabilities, with rng.",
    written(draw=lambda q, rng: q.argmax()),
    "rng_each_step: A generator made anew at each step gives the same number each time. Go on "
    "with the rng that is handed in.",
    *(written(draw=always(seed)) for seed in (0, 1, 42)),
    "cut_ignored: You cut, and then drew from what was there before. Draw from the softmax of "
    "the logits that are left.",
    *map(written, ("T", "")),
    "uniform: All that are left are equally likely in yours. Draw with their probabilities.",
    written("TkpU"),
    "softmax_twice: You ran softmax on probabilities. Once is enough.",
    written("TkpS"),
    "p_before_k: Top-k comes before top-p: p is then a share of what k has left.",
    written("Tpk"),
    "T_last: T comes first. Divided after the cuts, p was a share of another distribution.",
    *map(written, ("kpT", "pkT")),
    "T_ignored: T makes no difference in yours. Divide the logits by it.",
    written("kp"),
    "multiply: You multiplied by T. Temperature divides.",
    written("Mkp"),
    "k_ignored: k makes no difference in yours. Use top_k before top_p.",
    written("Tp"),
    "p_ignored: p makes no difference in yours. Use top_p after top_k.",
    written("Tk"),
    "rank_not_id: You drew a place among those that are left and took it for an id. Keep all "
    "places, with probability 0 for the removed.",
    written(draw=lambda q, rng: rng.choice((q > 0).sum(), p=share(q[q > 0]))),
    "own_generator: The same rng must give the same text, and another rng another one. Draw "
    "with the rng that is handed in, and with no other.",
    lambda number, prompt, T, k, p, rng, most: written()(
        number, prompt, T, k, p, np.random.default_rng(5), most
    ),
    Rule(ignores_rng),
)
