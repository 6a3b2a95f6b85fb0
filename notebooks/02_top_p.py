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
# Temperature never removes a token. At any T each of the model's 49,152 tokens, the words and pieces
# of words that it writes with, can still be drawn, and most of them make no sense where they would
# land. Top-p removes: it keeps the likeliest tokens that together hold a share p of the
# probability, and nothing else.
#
# ## What you will be able to do
#
# - Find a nucleus by hand: sort, add up, stop, divide.
# - Write `top_p` so that it is right at p = 0, at p = 1, and where a sum hits p exactly.
# - Say why the same p leaves one token after one prompt and thousands after another.
# - Say what temperature and top-p do to each other in either order, and write a cut that temperature
#   cannot move.

# %% tags=["hide-input"]
import numpy as np
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
# ## Two questions first
#
# From lesson 1. Answer before you look anything up.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "2-gap",
            "Among the ten tokens, approve leads reject by 0.4 logits. By how much at T = 0.5?",
            0.4 / 0.5,
            tolerance=0.001,
            explain="A gap is divided by T like everything else.",
        ),
        predict(
            "2-never",
            "At which T do approve and close, the first and the last of the ten, get the same probability?",
            "at none",
            choices=("at none", "at T = 5", "at T = 100"),
            explain="Their logits differ, so they differ at every T. The larger T, the nearer they come.",
        ),
    ]
)

# %% [markdown]
# ## Why cut the tail
#
# After *Once upon a time* the real model is nearly sure of a comma. Every other token gets a little.

# %%
once = recorded("Once upon a time")
p = softmax(once.logits)
for i in np.argsort(-p)[:4]:
    print(f"{visible(once.tokens[i]):8} {p[i]:.3f}")
print(f"and {len(p) - 4:,} more")

# %% [markdown]
# Add up the probabilities of the tokens after the 100th. Such a sum is called their **mass**.


# %% tags=["hide-input"]
def tail(r, T, after=100):
    p = np.sort(softmax(temperature(r.logits, T)))[::-1]
    return float(p[after:].sum())


bands = ("about 2 %", "about 10 %", "about 40 %", "80 % or more")
predict(
    "2-tail",
    "At T = 1 the tokens after the 100th hold 1 %. What do they hold at T = 1.5?",
    bands[np.searchsorted([0.05, 0.2, 0.6], tail(once, 1.5))],
    choices=bands,
    explain=f"{100 * tail(once, 1.5):.1f} %. Each of them is still tiny, but there are 49,052.",
)

# %% [markdown]
# Draw a dozen tokens at T = 1.5 and look at them.

# %%
p = softmax(temperature(once.logits, 1.5).astype(float))
drawn = np.random.default_rng(4).choice(len(p), size=12, p=p)
print(" | ".join(visible(once.tokens[i]) for i in drawn))

# %% [markdown]
# Some are commas. But *Once upon a time Cellular*? *Once upon a time paradox*? One such token spoils the
# text, because the model reads it back and goes on from there.
#
# You could lower T, and lose the variety that you raised it for. Or you could cut the tail off and
# draw from what is left. Where should the cut be?
#
# ## A nucleus by hand
#
# Five tokens, with round numbers and in no order. We want the likeliest tokens that hold at least
# **p = 0.8** of the mass. First sort downwards, then add up as you go.

# %%
names = ["delay", "approve", "audit", "reject", "review"]
probs = np.array([0.08, 0.44, 0.04, 0.28, 0.16])
order = np.argsort(-probs)
running = np.cumsum(probs[order])
for i, total in zip(order, running, strict=True):
    print(f"{names[i]:8} {probs[i]:.2f}  {total:.2f}")

# %% [markdown]
# Third, stop at the first running sum that is at least p. That is the sum after `review`: two tokens
# hold 0.72, which is not yet 0.8, and three hold 0.88. A token cannot be cut in two, so the mass is
# *at least* p and seldom p itself.
#
# Leaving `review` out is the classic mistake. **The token that crosses p is kept.** Code without it was
# printed in [a book](https://github.com/rasbt/reasoning-from-scratch/issues/164) and used in
# [a protein model's sampler](https://github.com/Biohub/esm/pull/360).
#
# Fourth, the survivors have to add up to 1 again. Divide each by their mass.

# %%
kept = order[:3]
after = np.zeros(5)
after[kept] = probs[kept] / probs[kept].sum()
for name, before, now in zip(names, probs, after, strict=True):
    print(f"{name:8} {before:.2f} -> {now:.3f}")
print("approve to reject:", (probs[1] / probs[3]).round(2), end=", ")
print((after[1] / after[3]).round(2))

# %% [markdown]
# Each survivor grew by the same factor, so the odds between two survivors, one probability over the
# other, are what they were. Temperature is the opposite: it changes every ratio and removes nobody.
#
# This is **top-p**, also called *nucleus sampling*. With the probabilities in falling order
# $p_1 \ge p_2 \ge \dots$, the number of tokens that stay is
#
# $$n = \min \{\, m : p_1 + p_2 + \dots + p_m \ge p \,\}.$$
#
# In words: the fewest tokens, likeliest first, whose mass reaches p. They are called the **nucleus**.
#
# From here on the lesson uses the library's `top_p`. It is a *logits processor*: logits in, logits out,
# and minus infinity for a removed token. Since e to the power of minus infinity is 0, softmax does the
# division by itself.

# %%
from logitlab import top_p

print(top_p(np.log(probs), 0.8).round(2))
print(softmax(top_p(np.log(probs), 0.8)).round(3))

# %% tags=["hide-input"]
predict(
    "2-zero",
    "An empty set holds a mass of 0. How many of the ten tokens does p = 0 leave?",
    "one",
    choices=("none", "one", "all ten"),
    explain="Something must be drawn, so the likeliest token always stays: p = 0 is greedy. "
    "p = 1 switches top-p off.",
)

# %% [markdown]
# **Exercises 2.1, 2.2 and 2.3 now.** You find a nucleus by hand, then write `nucleus_size` and `top_p`.
#
# A small helper for the rest of the lesson.


# %%
def left(logits):
    """How many tokens are left."""
    return int((logits > -np.inf).sum())


for p in (0.3, 0.5, 0.7, 1):
    print(f"p = {p:<4} leaves {left(top_p(logits, p)):2} of the ten")

# %% [markdown]
# Here are the ten tokens with p in your hand. The curve is the running sum, the dashed line is p. The
# shaded nucleus ends where the curve first reaches the line; hollow dots are removed.

# %%
nucleus_explorer(
    tokens,
    logits,
    knobs={"top_p": 0.5},
    goal=Goal(
        "Find the smallest p that still keeps `delay`",
        "top_p",
        np.ceil(100 * softmax(logits)[:4].sum()) / 100,
        0.001,
    ),
    title="Should I approve this request?",
)

# %% [markdown]
# The true border is the mass *before* `delay`. As long as that is below p, one more token is needed, and
# `delay` is next. Between two such borders a change of p changes nothing.
#
# ## The nucleus breathes
#
# The same p on other distributions. The ten tokens are peaked at T = 0.5 and nearly flat at T = 5.

# %%
grid = np.linspace(0, 1, 201)
sizes = {
    f"T = {T:g}": [left(top_p(temperature(logits, T), p)) for p in grid]
    for T in (0.5, 1.0, 5.0)
}
for T in (0.5, 1, 5):
    z = temperature(logits, T)
    mass = softmax(z)[top_p(z, 0.8) > -np.inf].sum()
    print(
        f"T = {T:<4} p = 0.8 keeps {left(top_p(z, 0.8))}, mass {mass:.3f}"
    )

# %%
plots.show(
    *plots.curves(
        grid,
        sizes,
        xlabel="p",
        ylabel="tokens kept",
        title="Nucleus size of the ten tokens",
    )
)

# %% [markdown]
# You do not set the size. It follows how sure the model is: when all tokens are nearly equal, 0.8 of the
# mass takes about 0.8 of the tokens. Now the real model, with p = 0.9 at T = 1. After *Once upon a
# time* one token is enough, the comma.

# %% tags=["hide-input"]
name = recorded("My name is")
bands = ("about 20", "about 200", "about 2,000", "about 20,000")
predict(
    "2-name",
    "How many of the 49,152 tokens hold 0.9 after *My name is*?",
    bands[np.searchsorted([60, 600, 6000], left(top_p(name.logits, 0.9)))],
    choices=bands,
    explain=f"{left(top_p(name.logits, 0.9)):,}. Any name will do, and many are possible.",
)

# %%
for prompt in (
    "Once upon a time",
    "Monday, Tuesday, Wednesday,",
    "The capital of Australia is",
    "The sky is",
):
    z = recorded(prompt).logits
    print(
        f"{prompt:28} {left(top_p(z, 0.9)):5,} tokens  "
        f"entropy {entropy(softmax(z)):.2f} bits"
    )

# %% [markdown]
# Entropy says how undecided the model is, in bits: 0 when one token has everything, larger when many
# share (lesson 5). Read the two columns together: the nucleus grows with the entropy. Three of these
# prompts as curves, each marked where it reaches 0.9.

# %%
rank = np.arange(1, 10_001)
three = [once, recorded("The sky is"), name]
sums = {
    r.prompt: np.cumsum(np.sort(softmax(r.logits))[::-1])[: len(rank)]
    for r in three
}
for r in three:
    n = left(top_p(r.logits, 0.9))
    print(f"{r.prompt:17} reaches 0.9 with {n:5,} tokens")

# %%
fig, alt = plots.curves(
    rank,
    sums,
    xlabel="rank",
    ylabel="running sum",
    title="How fast the mass is used up",
    log_x=True,
)
fig.axes[0].axhline(0.9, color=plots.GREY, ls="--")
for r in three:
    n = left(top_p(r.logits, 0.9))
    fig.axes[0].plot(n, sums[r.prompt][n - 1], "o", color=plots.INK)
plots.show(fig, alt)

# %% [markdown]
# 1, 240 and 1,885, with one setting. Now heat *Once upon a time* to T = 1.5 first, and leave p at 0.9.

# %% tags=["hide-input"]
hot = left(top_p(temperature(once.logits, 1.5), 0.9))
bands = ("about 6", "about 60", "about 600", "about 6,000")
predict(
    "2-breath",
    "The nucleus of 0.9 held 1 token at T = 1. How many does it hold at T = 1.5?",
    bands[np.searchsorted([20, 200, 2000], hot)],
    choices=bands,
    explain=f"{hot:,}, nearly all of them nonsense. The comma has fallen to "
    f"{100 * softmax(once.logits / 1.5).max():.0f} %, and the tail has grown so heavy that 0.9 of the mass reaches deep into it.",
)

# %%
for T in (0.9, 1.0, 1.1):
    z = temperature(once.logits, T)
    print(f"T = {T}: {left(top_p(z, 0.9)):5,} tokens")

# %% [markdown]
# p is a share of the mass. It does not judge a token, and when temperature moves mass into the tail, the
# nucleus follows it there. Find the place where it happens: leave p alone and move T.

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
# ## Temperature before or after
#
# So far temperature came first. Must it? Three logits, T = 0.5, p = 0.8, in the orders of three
# libraries.

# %%
z = np.array([3.0, 2.0, 1.0])
print("T = 1  ", softmax(z).round(3), " T = 0.5", softmax(z / 0.5).round(3))
print("read on 2026-11-22")
for library in ("transformers", "vllm", "llama.cpp"):
    pipeline = Pipeline.named(library, temperature=0.5, top_p=0.8)
    steps = [stage.name for stage in pipeline.stages(z)]
    print(
        f"{library:12} {' -> '.join(steps):23} leaves {left(pipeline(z))}"
    )

# %% [markdown]
# With temperature first, the leader holds 0.867 and is enough alone. With the cut first, it holds 0.665
# and a second token is needed; cooling afterwards makes that token unlikely and does not remove it.
#
# Both orders are right and answer different questions. Cut last: 0.8 of the distribution that you draw
# from. Cut first: 0.8 of what the *model* believed. Other libraries are in
# [Who does what in which order](../book/orders.md). Now the same question where it hurts.

# %% tags=["hide-input"]
last = left(
    Pipeline.named("llama.cpp", temperature=1.5, top_p=0.9)(once.logits)
)
predict(
    "2-hurts",
    "*Once upon a time*, T = 1.5, p = 0.9, and temperature last. How many tokens are left?",
    last,
    tolerance=0,
    explain="The cut saw the model's own distribution, where the comma holds 0.927. Heating a "
    "single token changes nothing.",
)

# %% [markdown]
# So "T = 1.5, top-p 0.9" is only half a setting: the order is missing. Try both orders on the ten
# tokens. Move a stage with its arrows and watch who survives it.

# %%
stages_explorer(
    tokens,
    logits,
    {
        "transformers, vLLM": ["temperature", "top_p"],
        "llama.cpp": ["top_p", "temperature"],
    },
    knobs={"temperature": 1.5, "top_p": 0.8},
    goal=Goal(
        "Find T and p where transformers keeps exactly 4 more",
        "difference",
        4,
        0,
    ),
    title="Temperature first or last",
)

# %% [markdown]
# **Exercise 2.4 now**: both in one function, temperature first.
#
# ## A cut by spread
#
# Is there a cut that gives the same tokens in either order? It must not look at masses, because T moves
# those. **Top-n-sigma** ([Tang and others, 2024](https://arxiv.org/abs/2411.07641)) looks at the logits
# themselves: a token stays if its logit is at most n standard deviations below the largest,
#
# $$z_i \ge \max(z) - n\,\sigma, \qquad \sigma \text{ the standard deviation of all the logits.}$$
#
# In words: measure the spread of the logits, and keep what is within n spreads of the top. Take the
# logits 5, 4, 1 and 0. Their mean is 2.5 and their standard deviation 2.06, so with n = 1 the border is
# 5 − 2.06 = 2.94, and two tokens stay.

# %%
z = np.array([5.0, 4.0, 1.0, 0.0])
for T in (1, 2):
    border = (z / T).max() - (z / T).std()
    print(f"T = {T}: sigma {(z / T).std():.2f}, border {border:.2f}", z / T)

# %% tags=["hide-input"]
predict(
    "2-sigma",
    "After *My name is*, n = 1 keeps 48 tokens at T = 1. How many does it keep at T = 1.5?",
    int(np.sum((z := name.logits / 1.5) >= z.max() - z.std())),
    tolerance=0,
    explain="The same ones. Divide all logits by T, and the gaps, sigma and the border are divided by T with them.",
)

# %% [markdown]
# **Exercise 2.5 now**: `top_n_sigma`, in two lines. T still decides how the draw is spread over those that stay.

# %%
print("                 n = 1  n = 1.5  n = 2   p = 0.9")
for r in three:
    z = r.logits.astype(float)
    row = [(z >= z.max() - n * z.std()).sum() for n in (1, 1.5, 2)]
    print("{:17}{:5}{:9}{:7,}".format(r.prompt, *row), end=" ")
    print(f"{left(top_p(z, 0.9)):9,}")

# %% [markdown]
# It follows the model too, and n has to be chosen, as p has. llama.cpp has had it since
# [2025](https://github.com/ggml-org/llama.cpp/pull/11223). That T cannot move it is arithmetic. Whether its texts are
# better that does not say; lesson 3 counts their odd tokens.
#
# ## A floor, and a dispute
#
# **Min-p** keeps each token that is at least m times as likely as the likeliest one. There is no running
# sum. The floor moves with the top token.

# %%
from logitlab import min_p

p = softmax(logits)
print(f"floor 0.5 x {p.max():.3f} = {0.5 * p.max():.3f}")
print([tokens[i] for i in np.flatnonzero(p >= 0.5 * p.max())])
for r in three:
    z, warm = r.logits, temperature(r.logits, 1.5)
    print(
        f"{r.prompt:17} top-p {left(top_p(z, 0.9)):5,} ->"
        f" {left(top_p(warm, 0.9)):5,}"
        f"   min-p {left(min_p(z, 0.1)):2} -> {left(min_p(warm, 0.1)):2}"
    )

# %% [markdown]
# The arrows go from T = 1 to T = 1.5. In the first line top-p goes from 1 to 6,194, min-p from 1 to 1.
# Heating lowers the top token, and the floor with it, but a tenth of the comma is still far above the
# tail. How large is m for about 50 tokens?

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
# **Exercise 2.8**, a further one, is `min_p` in two lines.
#
# ## Which knob to turn
#
# OpenAI's and Anthropic's reference texts advise: alter temperature *or* top-p, not both. For some models it is more
# than advice (lesson 1): as read on 2026-11-28, Anthropic's Opus 4.1 and later refuse a request that
# [sets both](https://github.com/SalesforceAIResearch/MCP-Universe/issues/49). On a model that you run yourself, both
# knobs are yours. A starting point: set T for the task first, then p around 0.9.

# %%
for T, p in [(1.0, 1.0), (0.7, 1.0), (1.0, 0.9), (0.7, 0.9)]:
    row = []
    for r in (once, name):
        z = top_p(temperature(r.logits, T), p)
        row.append(f"{left(z):6,} tokens {entropy(softmax(z)):5.2f} bits")
    print(f"T = {T}, p = {p}: {'   '.join(row)}")

# %% [markdown]
# Compare the second line with the third. After *My name is*, T = 0.7 takes the entropy from 9.53 to
# 6.08 bits and leaves every token possible. p = 0.9 takes it only to 8.60, and removes all but
# 1,885. **Temperature reshapes. Top-p removes.**
#
# ## Has it been measured?
#
# The paper that proposed top-p, [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751),
# compared ways of decoding with human text. One of its measures is **perplexity**: how surprised the
# model is by a text (lesson 5). Human text has 12.38. The ways: *greedy* takes the likeliest token, *beam search*
# follows several beginnings at once, *pure sampling* cuts nothing, and *top-k* keeps the k likeliest. Which comes nearest?

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
    explain=", ".join(f"{how} {row[0]}" for how, row in table.items())
    + ".",
)

# %% [markdown]
# The same table has three other measures. *Self-BLEU* says how alike the texts of one setting are, *Zipf*
# how the frequencies of the words fall off, and the last column how many texts end in a loop.

# %%
print(f"{'':17}self-BLEU  Zipf  end in a loop, %")
for how, (_, bleu, zipf, loops) in table.items():
    print(f"{how:17}{bleu:9.2f}{zipf:6.2f}{loops:17.2f}")

# %% [markdown]
# One model of that time, one kind of prompt, one p. It shows that always taking the likeliest token mostly
# ends in loops, and that a cut tail comes near to human statistics. It does not show that 0.95 is the right p
# for your model.
#
# ## Your own prompt
#
# With the model installed (`make model`, once), or [in the book](../book/prompt.md). Before you look:
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
# ## Common misconceptions
#
# - *Top-p keeps the tokens that are more likely than p.* It compares the running sum, not a token.
# - *The survivors hold exactly p.* At least p. A single token that holds 0.927 is the nucleus of 0.5,
#   and of 0.9.
# - *The token that crosses p is out.* It is in. Without it the mass is below p.
# - *p = 0.9 keeps 90 % of the tokens.* Of the mass. That was 1 token after one prompt and 1,885 after
#   another.
# - *Top-p makes a high T safe.* It follows the mass, and a high T moves the mass into the tail.
# - *Top-p before or after temperature is the same.* You can rely on it at T = 1 alone.
# - *Removing tokens changes the odds among the rest.* All survivors grow by one factor.
#
# ## What to remember
#
# | | removes tokens | changes odds | T can change who stays |
# |---|---|---|---|
# | temperature | never | yes | |
# | top-p | yes | no | yes, if T comes first |
# | top-n-sigma | yes | no | no |
#
# p towards 0 is greedy, p = 1 is off.
#
# **Sort, add up, stop at p, divide. The one that crosses stays.**
#
# ## Your guesses
#
# Largest surprise first. They are kept in your browser and nowhere else.

# %% tags=["hide-input"]
surprises("2-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/02_top_p.ipynb), if you have not done them on the way.
#
# Top-p lets the number of tokens breathe. [Lesson 3, *Top-k*](03_top_k.ipynb), fixes it, and asks when
# that is the better bargain.
#
# ## Further
#
# ### A cut that drops the favourite
#
# *{{ minutes }} minutes. For whoever wonders whether the likeliest token must stay.*
#
# A token's **surprisal** is log2 of 1 over its probability: 1 bit for one half, 3 bits for one in 8.
# Entropy is the average surprisal. **Typical** sampling
# ([Meister and others, 2023](https://arxiv.org/abs/2202.00666)) keeps the tokens whose surprisal is
# nearest the entropy, until their mass reaches p. A token that is too likely goes as well.

# %%
from logitlab import typical_p

week = recorded("Monday, Tuesday, Wednesday,")
p = softmax(week.logits)
typical = typical_p(week.logits, 0.2)
print(f"entropy {entropy(p):.2f} bits")
for i in np.argsort(-p)[:4]:
    stays = "stays" if typical[i] > -np.inf else "goes"
    bits = -np.log2(p[i])
    print(
        f"{visible(week.tokens[i]):11} {p[i]:.3f} {bits:5.2f} bits {stays}"
    )

# %% [markdown]
# The favourite has more than half of the mass and goes: at 0.98 bits it is further from the entropy of
# 2.05 bits than *Friday* is. With p = 0.9 nothing like it can happen here, because without the
# favourite there is no 0.9 to reach. So what typical sampling does depends on p: at a small p it avoids
# the obvious, at a large one it is nearly top-p.
#
# ### An exact tie
#
# *{{ minutes }} minutes. For whoever writes samplers.*
#
# Probabilities 0.5, 0.3, 0.1 and 0.1, and p = 0.8. The smallest set has two tokens, on paper. Many
# libraries add up from the least likely token and remove while the sum is at most 1 − p.

# %%
report = np.array([0.5, 0.3, 0.1, 0.1])
for kind in (np.float32, np.float64):
    sums, limit = np.cumsum(np.sort(report.astype(kind))), kind(1 - 0.8)
    kept_by = 4 - (sums <= limit).sum()
    print(f"{kind.__name__}: {sums[1]!r} <= {limit!r}, {kept_by} kept")
for z in (np.log(report), np.log(report).astype(np.float32)):
    print("ours,", z.dtype, left(top_p(z, 0.8)), "kept")

# %% [markdown]
# In double precision 1 − 0.8 comes out a little below 0.2, and a third token stays. The last digit of a
# sum decides. Our library counts a mass within a millionth of a millionth of p as p, and says so;
# [Meta's code for Llama](https://github.com/meta-llama/llama/blob/main/llama/generation.py) keeps the
# extra token. Either will do if it is written down. What shipped, and how it was mended, is in
# [Bugs that shipped](../exercises/bugs_that_shipped.ipynb), B.3 and B.7.
#
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever reads about samplers elsewhere.*
#
# Three sentences on top-p that are or were in print. Some are right as written. The verdicts are
# computed.

# %% tags=["hide-input"]
z3 = np.array([3.0, 2.0, 1.0])
orders = {
    library: left(Pipeline.named(library, temperature=0.5, top_p=0.8)(z3))
    for library in ("transformers", "llama.cpp")
}
tenth = softmax(logits)[top_p(logits, 0.1) > -np.inf].sum()
both = Pipeline.named("transformers", temperature=5.0, top_p=0.9)
removed = [int((~stage.survivors).sum()) for stage in both.stages(logits)]
verdict = {"choices": ("right", "not as written")}


def said(holds):
    return "right" if holds else "not as written"


quiz(
    [
        predict(
            "2-pub-compose",
            "Temperature reshapes, top-p cuts by cumulative probability, and the two compose.",
            said(removed[0] == 0 < removed[1]),
            explain="Yes. In which order is the part that is left out.",
            **verdict,
        ),
        predict(
            "2-pub-after",
            "Top-p truncates after temperature has reshaped the distribution.",
            said(len(set(orders.values())) == 1),
            explain=f"In transformers and vLLM. llama.cpp's default divides last: "
            f"{orders['transformers']} token against {orders['llama.cpp']} for logits 3, 2, 1.",
            **verdict,
        ),
        predict(
            "2-pub-tenth",
            "top_p = 0.1 means that only the tokens of the top 10 % of the mass are considered.",
            said(abs(tenth - 0.1) < 0.005),
            explain=f"At least one token stays, whole. Among the ten it holds {100 * tenth:.1f} %.",
            **verdict,
        ),
    ]
)
