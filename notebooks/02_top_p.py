# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · Top-p
#
# {{ path }}
#
# Temperature never removes a token. At any T each of 49,152 tokens can still be drawn, and most of
# them make no sense where they would land. Top-p removes: it keeps the likeliest tokens that
# together hold a share p of the probability, and nothing else.
#
# ## What you will be able to do
#
# - Find a nucleus by hand: sort, add up, stop, divide.
# - Write `top_p` so that it is right at p = 0, at p = 1, and where a sum hits p exactly.
# - Say why the same p leaves one token after one prompt and thousands after another.
# - Tell what temperature and top-p do to each other in either order, and find wrong sentences
#   about it.

# %% tags=["hide-input"]
import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    Pipeline,
    distribution_explorer,
    entropy,
    nucleus_explorer,
    plots,
    predict,
    quiz,
    recorded,
    softmax,
    stages_explorer,
    surprises,
    temperature,
    visible,
)
from logitlab.data import STORY

tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## Three questions first
#
# From lesson 1. Answer before you look anything up.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "2-order",
            "T goes from 1 to 2. Which of the ten tokens is now the likeliest?",
            "approve",
            choices=("approve", "reject", "it depends on the seed"),
            explain="Dividing all logits by one positive number keeps their order.",
        ),
        predict(
            "2-gap",
            "approve leads reject by 0.4. By how much at T = 0.5?",
            0.4 / 0.5,
            tolerance=0.001,
            explain="A gap is divided by T like everything else.",
        ),
        predict(
            "2-never",
            "At which T does close, the last of the ten, get a probability of exactly 0?",
            "at none",
            choices=("at none", "at T = 0.1", "at T = 5"),
            explain="e to any power is above 0. At T = 0.1 it is tiny. It is not gone.",
        ),
    ]
)

# %% [markdown]
# ## The lesson
#
# ### Step 1 · Why cut the tail
#
# After *Once upon a time* the real model is nearly sure: a comma, with 0.927. All other tokens
# share the rest. Sort them, and ask what the tokens after the 100th hold together.

# %% tags=["hide-input"]
once = recorded("Once upon a time")


def tail(r, T, after=100):
    p = np.sort(softmax(temperature(r.logits, T)))[::-1]
    return float(p[after:].sum())


predict(
    "2-tail",
    "At T = 1 the tokens after the 100th hold 1 %. What do they hold at T = 1.5?",
    round(100 * tail(once, 1.5), 1),
    unit="%",
    tolerance=5,
    explain="Each of them is still tiny. There are 49,052 of them.",
)

# %%
for T in (1.0, 1.5, 2.0):
    p = softmax(temperature(once.logits, T))
    print(
        f"T = {T}: likeliest {p.max():.3f}, "
        f"after the 100th {100 * tail(once, T):.1f} %"
    )
print(f"tokens after the 100th: {len(p) - 100:,}")

# %% [markdown]
# Draw a dozen tokens at T = 1.5 and look at them.

# %%
rng = np.random.default_rng(4)
p = softmax(temperature(once.logits, 1.5).astype(float))
drawn = rng.choice(len(p), size=12, p=p)
print(" | ".join(visible(once.tokens[i]) for i in drawn))

# %% [markdown]
# Commas, as hoped. But *Once upon a time Cellular*? *Once upon a time paradox*? And one is enough:
# it is read back, and the model goes on from there.
#
# You could lower T, and lose the variety you raised it for. Or you could cut the tail off and draw
# from what is left. Where to cut?
#
# ### Step 2 · A nucleus by hand
#
# Five tokens this time, with round numbers, and in no order. We want the likeliest tokens that hold
# at least **p = 0.75** of the probability.

# %%
names = ["delay", "approve", "audit", "reject", "review"]
probs = np.array([0.10, 0.50, 0.05, 0.20, 0.15])

# %% [markdown]
# First, sort downwards. Second, add up as you go.

# %%
order = np.argsort(-probs)
running = np.cumsum(probs[order])
for i, total in zip(order, running, strict=True):
    print(f"{names[i]:8} {probs[i]:.2f}  {total:.2f}")

# %% [markdown]
# Third, stop at the first running sum that is at least p.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "2-three",
            "The sums are 0.50, 0.70, 0.85, 0.95, 1. How many tokens stay at p = 0.75?",
            3,
            explain="Two hold 0.70, which is not yet 0.75. The third crosses. It stays.",
        ),
        predict(
            "2-mass",
            "What mass do the survivors hold?",
            round(float(running[2]), 2),
            tolerance=0.001,
            explain="Not 0.75. Tokens are indivisible, so the mass is *at least* p.",
        ),
    ]
)

# %%
kept = order[:3]
print("kept", [names[i] for i in kept], "mass", round(probs[kept].sum(), 2))

# %% [markdown]
# Without `review` the set would hold 0.70, less than was asked for. **The token that crosses p is
# kept.** Leaving it out has shipped more than once: in
# [a book's code](https://github.com/rasbt/reasoning-from-scratch/issues/164) and in
# [a protein model's sampler](https://github.com/Biohub/esm/pull/360). You can mend that one later, and
# eleven others: [Bugs that shipped](../exercises/bugs_that_shipped.ipynb).
#
# Fourth, the survivors have to add up to 1 again. Divide each by their sum.

# %%
after = np.zeros(5)
after[kept] = probs[kept] / probs[kept].sum()
for name, before, now in zip(names, probs, after, strict=True):
    print(f"{name:8} {before:.2f} -> {now:.3f}")

# %% [markdown]
# Each survivor grew by the same factor, so the odds between them are what they were: approve to
# reject is 2.5 to 1 before and after. Compare with temperature, which changes every ratio and
# removes nobody.

# %%
print(f"before {probs[1] / probs[3]:.1f}, after {after[1] / after[3]:.1f}")
print(f"the factor {1 / probs[kept].sum():.3f}")

# %% [markdown]
# What you did is **top-p**, also called nucleus sampling: keep the smallest set of likeliest tokens
# whose mass is at least p, and draw from it. The set is the **nucleus**.
#
# **Exercises 2.1 to 2.5 now.** You find a nucleus by hand, write `nucleus_size` and `top_p`, and
# mend one that shipped broken. From here on the lesson uses the library's, which is a logits
# processor: logits in, logits out, and `-inf` for a removed token.

# %%
from logitlab import top_p

print(top_p(np.log(probs), 0.75).round(2))
print(softmax(top_p(np.log(probs), 0.75)).round(3))

# %% [markdown]
# e to the power of minus infinity is 0, so softmax does the division by itself. And a removed logit
# stays removed whatever the next processor does.
#
# A small helper for the rest of the lesson.


# %%
def left(logits):
    """How many tokens are left."""
    return int((logits > -np.inf).sum())


print(left(top_p(np.log(probs), 0.75)), "of 5")

# %% [markdown]
# Now the ends. Commit first.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "2-zero",
            "How many tokens does p = 0 leave?",
            left(top_p(logits, 0)),
            explain="An empty set has mass 0 and would do. But something must be drawn, so the "
            "likeliest token always stays: p = 0 is greedy.",
        ),
        predict(
            "2-one",
            "And p = 1, of the ten?",
            left(top_p(logits, 1)),
            explain="All of them. p = 1 switches top-p off.",
        ),
    ]
)

# %%
for p in (0, 0.3, 0.5, 0.75, 0.9, 1):
    print(f"p = {p:<4} leaves {left(top_p(logits, p))} of the ten tokens")

# %% [markdown]
# ### Step 3 · The threshold in your hand
#
# The curve is the running sum, likeliest token first. The dashed line is p. Where the curve first
# reaches the line, the nucleus ends: it is shaded. Hollow dots are removed.

# %%
mass_before_audit = softmax(logits)[:5].sum()
nucleus_explorer(
    tokens,
    logits,
    goal=Goal(
        "Find the smallest p that still keeps `audit`",
        "top_p",
        np.ceil(100 * mass_before_audit) / 100,
        0.001,
    ),
    title="Should I approve this request?",
)

# %% [markdown]
# The slider moves in steps of 0.01. The true border is the mass *before* `audit`: as long as that
# is below p, one more token is needed, and `audit` is next.

# %%
print(f"mass before audit {mass_before_audit:.4f}")
for p in (0.87, 0.88):
    print(f"p = {p}: {left(top_p(logits, p))} tokens")

# %% tags=["hide-input"]
plots.Numbers(
    "The curve above: the ten tokens at T = 1, likeliest first.",
    {
        "token": tokens,
        "probability": softmax(logits),
        "running sum": np.cumsum(softmax(logits)),
    },
)

# %% [markdown]
# A small change of p can bring in a token or change nothing. Between two borders nothing happens.
#
# ### Step 4 · The nucleus breathes
#
# Same p, other distributions. The ten tokens at T = 0.5 are peaked, at T = 5 nearly flat.

# %% tags=["hide-input"]
grid = np.linspace(0, 1, 201)
sizes = {
    f"T = {T:g}": [left(top_p(temperature(logits, T), p)) for p in grid]
    for T in (0.5, 1.0, 5.0)
}
fig, alt = plots.curves(
    grid,
    sizes,
    xlabel="p",
    ylabel="tokens kept",
    title="Nucleus size of the ten tokens",
)
display(
    quiz(
        [
            predict(
                "2-peaked",
                "p = 0.9 keeps 6 of the ten at T = 1. How many at T = 0.5?",
                left(top_p(temperature(logits, 0.5), 0.9)),
                explain="Three hold 0.931.",
            ),
            predict(
                "2-flat",
                "And at T = 5?",
                left(top_p(temperature(logits, 5), 0.9)),
                explain="When all are nearly equal, 0.9 of the mass takes nearly 0.9 of the tokens.",
                figure=(fig, alt),
            ),
        ]
    ),
    fig.numbers,
)

# %%
for T in (0.5, 1, 5):
    z = temperature(logits, T)
    nucleus = top_p(z, 0.9)
    mass = softmax(z)[nucleus > -np.inf].sum()
    print(f"T = {T:<4} keeps {left(nucleus)}, mass {mass:.3f}")

# %% [markdown]
# You do not set the size; it follows how sure the model is. Top-k, in lesson 3, keeps the same
# number always.
#
# The real model, with p = 0.9 at T = 1.

# %% tags=["hide-input"]
name = recorded("My name is")
quiz(
    [
        predict(
            "2-once",
            "How many of 49,152 tokens stay after *Once upon a time*?",
            left(top_p(once.logits, 0.9)),
            explain="The comma alone holds 0.927.",
        ),
        predict(
            "2-name",
            "And after *My name is*?",
            left(top_p(name.logits, 0.9)),
            tolerance=300,
            explain="Any name will do, and many are possible.",
        ),
    ]
)

# %%
prompts = [
    "Once upon a time",
    "Monday, Tuesday, Wednesday,",
    "The capital of Australia is",
    "The sky is",
    "My name is",
]
for prompt in prompts:
    z = recorded(prompt).logits
    print(
        f"{prompt:28} {left(top_p(z, 0.9)):5,} tokens  "
        f"entropy {entropy(softmax(z)):.2f} bits"
    )

# %% [markdown]
# From 1 to 1,885, with one setting. Read the two columns together: the nucleus grows with the
# entropy. Here are both ends as curves. One stands at the top from the start, the other climbs
# through four powers of ten.

# %%
rank = np.arange(1, 10_001)
plots.show(
    *plots.curves(
        rank,
        {
            r.prompt: np.cumsum(np.sort(softmax(r.logits))[::-1])[: len(rank)]
            for r in (once, name)
        },
        xlabel="rank",
        ylabel="running sum",
        title="How fast the mass is used up",
        log_x=True,
    )
)

# %% [markdown]
# Now heat *Once upon a time* to T = 1.5 first, and leave p at 0.9.

# %% tags=["hide-input"]
predict(
    "2-breath",
    "How many tokens are in the nucleus of 0.9 now? It was 1 at T = 1.",
    left(top_p(temperature(once.logits, 1.5), 0.9)),
    tolerance=1000,
    explain="The comma has lost its lead, and the tail has grown so heavy that 0.9 of the mass "
    "reaches deep into it.",
)

# %%
for T in (1.0, 1.2, 1.3, 1.4, 1.5):
    print(f"T = {T}: {left(top_p(temperature(once.logits, T), 0.9)):5,} tokens")

# %% [markdown]
# 6,194, nearly all of them nonsense. p is a share of the mass. It is no judgement of a token, and
# when temperature moves the mass into the tail, the nucleus follows it there.
#
# Find the place where it happens: leave p and move T.

# %%
nucleus_explorer(
    once.tokens,
    once.logits,
    knobs={"temperature": 1.0, "top_p": 0.9},
    goal=Goal("Make the nucleus hold about 1,000 tokens", "kept", 1000, 60),
    title="Once upon a time",
    temperature_range=(0.5, 2.0),
)

# %% [markdown]
# ### Step 5 · Two orders
#
# So far temperature came first. Must it? Three logits, T = 0.5, p = 0.8, by hand.

# %%
three = np.array([3.0, 2.0, 1.0])
print("as they are", softmax(three).round(3))
print("at T = 0.5 ", softmax(three / 0.5).round(3))

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "2-first",
            "Temperature first, then p = 0.8: how many tokens stay?",
            left(top_p(temperature(three, 0.5), 0.8)),
            explain="The first alone holds 0.867.",
        ),
        predict(
            "2-last",
            "p = 0.8 first, then temperature: how many?",
            left(temperature(top_p(three, 0.8), 0.5)),
            explain="The first holds 0.665, so a second is needed. Cooling afterwards makes it "
            "unlikely, and does not remove it.",
        ),
    ]
)

# %% [markdown]
# The order matters, and libraries differ.

# %%
print("read on 2026-11-22")
for library in ("transformers", "vllm", "llama.cpp"):
    pipeline = Pipeline.named(library, temperature=0.5, top_p=0.8)
    steps = [s.name for s in pipeline.stages(three)]
    kept = [int(s.survivors.sum()) for s in pipeline.stages(three)]
    print(f"{library:12} {' -> '.join(steps):23} leaves {kept[-1]}")

# %% [markdown]
# transformers and vLLM divide by T first. llama.cpp, left to its default, cuts first and divides
# last. Both are right; they answer different questions. Cut last: 0.8 of the distribution that you
# will draw from. Cut first: 0.8 of what the *model* believed. What others do is in
# [Who does what in which order](../book/orders.md).
#
# Both orders on the ten tokens. Move a stage with its arrows and watch who survives it.

# %%
stages_explorer(
    tokens,
    logits,
    {
        "transformers, vLLM": ["temperature", "top_p"],
        "llama.cpp": ["top_p", "temperature"],
    },
    knobs={"temperature": 1.5, "top_p": 0.9},
    goal=Goal(
        "Find T and p where transformers keeps exactly 4 more",
        "difference",
        4,
        0,
    ),
    title="Temperature first or last",
)

# %% [markdown]
# With T above 1 temperature first keeps more, with T below 1 it keeps fewer, and at T = 1 the
# orders agree. Now the same question where it hurts: *Once upon a time*, T = 1.5, p = 0.9.

# %% tags=["hide-input"]
hot = {"temperature": 1.5, "top_p": 0.9}
last = Pipeline.named("llama.cpp", **hot)(once.logits)
predict(
    "2-hurts",
    "Temperature first leaves 6,194 tokens. How many are left with temperature last?",
    left(last),
    explain="One. The cut saw the model's own distribution, where the comma holds 0.927, and "
    "heating a single token changes nothing.",
)

# %%
for library in ("transformers", "llama.cpp"):
    z = Pipeline.named(library, **hot)(once.logits)
    print(f"{library:12} leaves {left(z):5,}")

# %% [markdown]
# So "T = 1.5, top-p 0.9" is not a setting. It is half of one: the other half is the order.
#
# ### Step 6 · Stacking cuts
#
# T = 2, then top-k with k = 5 (keep the five likeliest), then top-p with p = 0.3. On the ten tokens
# k alone leaves 5 and p alone leaves 2.

# %% tags=["hide-input"]
from logitlab import top_k

stack = Pipeline.named("transformers", temperature=2.0, top_k=5, top_p=0.3)
predict(
    "2-stack",
    "How many do both leave, one after the other?",
    left(stack(logits)),
    explain="After top-k the five are renormalised, and approve has 0.296 of them. That is just "
    "below 0.3, so a second token is needed.",
)

# %%
warm = temperature(logits, 2.0)
print("k alone", left(top_k(warm, 5)), " p alone", left(top_p(warm, 0.3)))
for stage in stack.stages(logits):
    shares = np.sort(stage.probs)[::-1][:5].round(3)
    print(f"{stage.name:12} {stage.survivors.sum():2} left  {shares}")

# %% [markdown]
# An article says that this stack "can be more restrictive than any single setting". Not here, where
# p alone was as strict. Try a thousand tokens that hardly differ.

# %%
crowd = np.random.default_rng(0).normal(0, 1, 1000)
flat = temperature(crowd, 2.0)
print("k alone", left(top_k(flat, 5)), " p alone", left(top_p(flat, 0.3)))
print("both   ", left(stack(crowd)))

# %% [markdown]
# There it is true: 5 and 156 alone, 2 together, because top-p acts on *five renormalised* tokens.
# The same article says that the two cuts act independently. One setting tells: p = 0.5.

# %%
one_way = top_p(top_k(warm, 5), 0.5)
other_way = top_k(top_p(warm, 0.5), 5)
both_masks = (top_k(warm, 5) > -np.inf) & (top_p(warm, 0.5) > -np.inf)
print("k then p   ", left(one_way))
print("p then k   ", left(other_way))
print("two masks  ", both_masks.sum())

# %% [markdown]
# k first leaves 2, p first leaves 3. Cuts in sequence are not independent: the second sees a
# distribution that the first has made.
#
# **Exercises 2.6 to 2.9 now.** `top_p` as a logits processor for batches, the two orders, the
# stack, and the explorer's goal as a function.
#
# ### Step 7 · Which knob to turn
#
# OpenAI's and Anthropic's reference texts advise: alter temperature *or* top-p, not both. For some
# models it is no longer advice. As read on 2026-11-28, Anthropic's Opus 4.1 and later refuse a request
# that [sets both](https://github.com/SalesforceAIResearch/MCP-Universe/issues/49), Opus 4.8 refuses
# [every T but 1](https://github.com/mnfst/modelparams.dev/pull/238) and any top-p, and OpenAI's GPT-5
# takes [no T but 1](https://github.com/OpenHands/OpenHands/issues/10247). On a model that you run
# yourself, both knobs are yours.
#
# A starting point that many use: set T for the task first, then p around 0.9 as a ceiling on what the
# tail may do.

# %%
settings = [(1.0, 1.0), (0.7, 1.0), (1.0, 0.9), (0.7, 0.9)]
for T, p in settings:
    row = []
    for r in (once, name):
        z = top_p(temperature(r.logits, T), p)
        row.append(f"{left(z):6,} tokens {entropy(softmax(z)):5.2f} bits")
    print(f"T = {T}, p = {p}: {'   '.join(row)}")

# %% [markdown]
# Read the third line against the second. After *My name is*, T = 0.7 takes the entropy from 9.53 to
# 6.08 bits and leaves every token possible. p = 0.9 takes it only to 8.60, and removes all but
# 1,885. **Temperature reshapes. Top-p removes.**
#
# ### Step 8 · Has it been measured?
#
# The paper that proposed top-p, [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751),
# compared ways of decoding with human text. One of its measures is perplexity: how surprised the
# model is by a text. Human text has 12.38. Which way of decoding comes nearest?

# %% tags=["hide-input"]
table = {
    "human text": (12.38, 0.31, 0.93, 0.28),
    "greedy": (1.50, 0.50, 1.00, 73.66),
    "beam search, 16": (1.48, 0.44, 0.94, 28.94),
    "pure sampling": (22.73, 0.28, 0.93, 0.22),
    "top-k, k = 40": (6.88, 0.39, 0.96, 0.78),
    "top-k, k = 640": (13.82, 0.32, 0.96, 0.28),
    "top-p, p = 0.95": (13.13, 0.32, 0.95, 0.36),
}
human = table["human text"]
nearest = min(
    (row for row in table if row != "human text"),
    key=lambda row: abs(table[row][0] - human[0]),
)
predict(
    "2-holtzman",
    "Which way of decoding comes nearest to human text in perplexity?",
    nearest,
    choices=tuple(row for row in table if row != "human text"),
    explain="13.13 against 12.38. Note who is second: a large fixed k. And note greedy: three "
    "quarters of its texts end in a loop.",
)

# %%
print(f"{'':17}perplexity  self-BLEU  Zipf  end in a loop, %")
for how, (ppl, bleu, zipf, loops) in table.items():
    print(f"{how:17}{ppl:10.2f}{bleu:11.2f}{zipf:6.2f}{loops:17.2f}")

# %% [markdown]
# Part of that paper's first table: one model of that time, one kind of prompt, one p. (Self-BLEU
# measures how alike the texts of one setting are; Zipf is the slope of the word frequencies.) It shows
# that always taking the likeliest token ends in loops and that a cut tail comes near to human
# statistics. It does not show that 0.95 is the right p for your model.
#
# ### Step 9 · Two relatives
#
# **min-p** keeps each token that is at least m times as likely as the likeliest one. There is no
# running sum. The floor moves with the top token.

# %%
from logitlab import min_p, typical_p

p = softmax(logits)
print(f"floor 0.5 x {p.max():.3f} = {0.5 * p.max():.3f}")
print([tokens[i] for i in np.flatnonzero(p >= 0.5 * p.max())])
print("min_p leaves", left(min_p(logits, 0.5)))

# %% [markdown]
# **Typical** sampling keeps the tokens whose surprisal is nearest the entropy, until their mass
# reaches p. It can drop the likeliest token, as too predictable.

# %%
for prompt in prompts:
    z = recorded(prompt).logits
    w = temperature(z, 1.5)
    print(
        f"{prompt:28} top-p {left(top_p(z, 0.9)):5,} -> {left(top_p(w, 0.9)):5,}"
        f"   min-p {left(min_p(z, 0.1)):2} -> {left(min_p(w, 0.1)):2}"
        f"   typical {left(typical_p(z, 0.9)):5,}"
    )

# %% [markdown]
# The arrows go from T = 1 to T = 1.5. Look at the first line: top-p goes from 1 to 6,194, min-p
# from 1 to 1. Heating lowers the top token, and the floor with it, but a floor of a tenth of the
# comma is still far above the tail. How large is m for about 50 tokens?

# %%
distribution_explorer(
    name.tokens,
    name.logits,
    temperature=1.5,
    knobs=["min_p"],
    goal=Goal("Keep about 50 tokens with min-p", "kept", 50, 3),
    title="My name is, at T = 1.5",
)

# %% [markdown]
# Is min-p better? That is disputed. [Nguyen and others (2024)](https://arxiv.org/abs/2407.01082)
# proposed it and reported gains in quality and diversity, most at high T; the paper was an oral at
# ICLR 2025. [Schaeffer and others (2025)](https://arxiv.org/abs/2506.13681) went through its
# evidence again and found no advantage once every method is tuned with equal effort. What you
# computed above is not in dispute: under heat its set stays small. Whether small is good is a
# question for your task.
#
# **Exercise 2.10 now**: `min_p`, in two lines.
#
# ### Step 10 · The exact tie, and a bug that shipped
#
# Four probabilities and p = 0.8, those of a [report to transformers
# (#18976)](https://github.com/huggingface/transformers/issues/18976), sorted.

# %% tags=["hide-input"]
report = np.array([0.5, 0.3, 0.1, 0.1])
predict(
    "2-tie",
    "The sums are 0.5, 0.8, 0.9, 1. How many tokens are in the nucleus of p = 0.8?",
    left(top_p(np.log(report), 0.8)),
    explain="0.8 is at least 0.8. The smallest set has two.",
)

# %% [markdown]
# The library kept three. Its rule removed a token when the sum *before* it was larger than p, and
# 0.8 is not larger than 0.8.

# %%
before = np.cumsum(report) - report
print("mass before each", before.round(2))
print("kept, old rule  ", (~(before > 0.8)).sum())

# %% [markdown]
# The [mend](https://github.com/huggingface/transformers/pull/18984) turned the walk round: start at
# the least likely token, and remove while the sum is at most 1 − p. On paper that leaves two. On a
# machine it depends on how many digits a number has.

# %%
for kind in (np.float32, np.float64):
    sums = np.cumsum(np.sort(report.astype(kind)))
    limit = kind(1 - 0.8)
    removed = (sums <= limit).sum()
    print(f"{kind.__name__}: {sums[1]!r} <= {limit!r}, {4 - removed} kept")

# %% [markdown]
# In double precision 1 − 0.8 comes out a little below 0.2, and 0.1 + 0.1 does not. In single
# precision both round to one number. So one token's fate hangs on the seventeenth digit.
#
# What should a library do? Ours counts a mass within a millionth of a millionth of p as p, and says
# so. [Meta's code for Llama](https://github.com/meta-llama/llama/blob/main/llama/generation.py)
# keeps the extra token. Neither is wrong, if it is written down.

# %%
for z in (np.log(report), np.log(report).astype(np.float32)):
    print(z.dtype, left(top_p(z, 0.8)), "kept")

# %% [markdown]
# The same walk has a trap at the other end. For a tiny p, 1 − p rounds to 1, and then every sum is
# at most that. In half precision it happens early
# ([mlx-lm #1912](https://github.com/ml-explore/mlx-lm/pull/1912)).

# %%
for kind in (np.float16, np.float32, np.float64):
    p = 0.0001
    limit = kind(1) - kind(p)
    print(f"{kind.__name__}: 1 - {p} = {limit!r}")

# %% [markdown]
# All tokens removed, softmax of nothing, and a draw from noise: the strictest setting gave the
# loosest text. A rule with "at least one token stays" in it has no such end.
#
# Both faults are waiting for you in
# [Bugs that shipped](../exercises/bugs_that_shipped.ipynb), B.3 and B.8.
#
# ### Step 11 · Your own prompt
#
# With the model installed (`make model`, once), type any beginning of a text. Before you look:
# about how many tokens hold 0.9?

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
nucleus_explorer(
    model.tokens,
    model.logits(model.encode(prompt)),
    knobs=["temperature", "top_p"],
    title=prompt,
)

# %% [markdown]
# ## Published, but is it right?
#
# Eight sentences about top-p that are or were in print. Some are right as written. Seven verdicts
# are computed; one is a matter of reading closely.

# %% tags=["hide-input"]
peaked20 = np.random.default_rng(42).normal(0, 1, 20)
peaked20[0] += 4
strict_k = [
    left(top_k(temperature(z, 2.0), 10))
    < left(top_p(temperature(z, 0.5), 0.95))
    for z in (peaked20, crowd)
]
tight = left(stack(crowd)) < min(left(top_k(flat, 5)), left(top_p(flat, 0.3)))
orders = {
    library: left(Pipeline.named(library, temperature=0.5, top_p=0.8)(three))
    for library in ("transformers", "llama.cpp")
}
tenth = softmax(logits)[top_p(logits, 0.1) > -np.inf].sum()
verdict = {"choices": ("right", "not as written")}


def said(holds):
    return "right" if holds else "not as written"


quiz(
    [
        predict(
            "2-pub-compose",
            "Temperature reshapes, top-k truncates, top-p cuts by cumulative probability, and "
            "the three compose.",
            said(
                left(temperature(logits, 5)) == 10 and left(stack(logits)) < 10
            ),
            explain="Yes. In which order is the part that is left out.",
            **verdict,
        ),
        predict(
            "2-pub-k",
            "A high T with top-k = 10 can be more restrictive than a low T with top-p = 0.95.",
            said(any(strict_k)),
            explain="*Can be* is right: on a thousand flat tokens it is. On twenty peaked ones it "
            "is the other way round.",
            **verdict,
        ),
        predict(
            "2-pub-stack",
            "T = 2 with top-k = 5 and top-p = 0.3 can be more restrictive than any one of them.",
            said(tight),
            explain="2 tokens of the thousand, where k alone leaves 5 and p alone 156.",
            **verdict,
        ),
        predict(
            "2-pub-independent",
            "Top-k and top-p each independently truncate the distribution.",
            said(left(one_way) == left(other_way)),
            explain="In sequence, on what the one before has left and renormalised: 2 or 3 "
            "tokens, depending on the order.",
            **verdict,
        ),
        predict(
            "2-pub-after",
            "Top-k and top-p truncate after temperature has reshaped the distribution.",
            said(len(set(orders.values())) == 1),
            explain=f"In transformers and vLLM. llama.cpp's default divides last: "
            f"{orders['transformers']} token against {orders['llama.cpp']} in step 5.",
            **verdict,
        ),
        predict(
            "2-pub-apis",
            "Most hosted models recommend picking one truncation method.",
            "not as written",
            explain="The advice in the texts of step 7 is to alter *temperature or top-p*. "
            "Temperature truncates nothing.",
            **verdict,
        ),
        predict(
            "2-pub-tenth",
            "top_p = 0.1 means that only the tokens of the top 10 % of the mass are considered.",
            said(abs(tenth - 0.1) < 0.005),
            explain=f"At least one token stays, whole. Here it holds {100 * tenth:.1f} %.",
            **verdict,
        ),
        predict(
            "2-pub-greedy",
            "As p goes to 0, top-p becomes greedy decoding.",
            said(left(top_p(logits, 0)) == 1),
            explain="The likeliest token always stays, and alone.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# **Exercises 2.11 and 2.12** ask you to find the faults in five functions, and to explain step 4 in
# words.
#
# ## Common misconceptions
#
# - *Top-p keeps the tokens that are more likely than p.* It compares the running sum, not a token.
# - *The survivors hold exactly p.* At least p. A single token that holds 0.927 is the nucleus of 0.5,
#   and of 0.9.
# - *The token that crosses p is out.* It is in. Without it the mass is below p.
# - *p = 0.9 keeps 90 % of the tokens.* Of the mass. That was 1 token after one prompt and 1,885 after
#   another.
# - *Top-p makes a high T safe.* It follows the mass, and a high T moves the mass into the tail.
# - *Top-p before or after temperature is the same.* Only at T = 1.
# - *Removing tokens changes the odds among the rest.* All survivors grow by one factor.
#
# ## What to remember
#
# | | p towards 0 | p = 1 |
# |---|---|---|
# | tokens left | the likeliest one | all |
# | decoding | greedy | what temperature gave |
# | odds among survivors | unchanged | unchanged |
#
# | | removes tokens | changes odds | follows the model's certainty |
# |---|---|---|---|
# | temperature | never | yes | no |
# | top-p | yes | no | yes, through the running sum |
# | min-p | yes | no | yes, through the largest probability |
#
# **Sort, add up, stop at p, divide. The one that crosses stays.**
#
# Your guesses, largest surprise first. They are kept in your browser and nowhere else.

# %% tags=["hide-input"]
surprises("2-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/02_top_p.ipynb), if you have not done them on the way.
#
# Top-p lets the number of tokens breathe. [Lesson 3, *Top-k*](03_top_k.ipynb), fixes it, and asks when that is the
# better bargain.
#
# [Lesson 1, Temperature](01_temperature.ipynb) · [Course home](../book/index.md)
