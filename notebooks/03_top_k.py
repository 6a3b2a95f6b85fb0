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
# # 3 · Top-k
#
# {{ path }}
#
# The simplest cut there is: keep the k likeliest tokens, remove all others, draw from what is left.
# One whole number, no probabilities asked. That is its strength, and it is what goes wrong with it.
#
# ## What you will be able to do
#
# - Cut a distribution to its k largest by hand, and write `top_k` for one row and for a batch.
# - Say why a removed logit is minus infinity and not zero.
# - Say what a fixed k keeps when the model is sure and when it is not, and show it on a real model.
# - Prove that top-k and temperature may change places, and give an example where top-p may not.
# - Read a text token by token, and tell a cut by rank from a cut by mass.

# %% tags=["hide-input"]
import numpy as np
from logitlab import (
    Goal,
    Pipeline,
    distribution_explorer,
    plots,
    predict,
    quiz,
    softmax,
    surprises,
    temperature,
    text_explorer,
    top_p,
)

# %% [markdown]
# ## Three questions first
#
# From lessons 1 and 2. Answer from memory, then commit.

# %% tags=["hide-input"]
kept_of_four = int(
    np.isfinite(top_p(np.log([0.5, 0.3, 0.15, 0.05]), 0.75)).sum()
)
quiz(
    [
        predict(
            "3-order",
            "A temperature of 5 is applied to ten different logits. What happens to their order?",
            "nothing",
            choices=("nothing", "it may change", "it turns round"),
            explain="Dividing by one positive number keeps the larger larger. Today this pays.",
        ),
        predict(
            "3-crossing",
            "Probabilities 0.5, 0.3, 0.15 and 0.05, top-p with p = 0.75. How many tokens stay?",
            kept_of_four,
            explain="0.5 is not enough, 0.5 + 0.3 is. The token that crosses p is kept.",
        ),
        predict(
            "3-odds",
            "Two tokens have odds of 4 to 1 at T = 1. What are the odds at T = 0.5? (? to 1)",
            4.0**2,
            explain="Halving T squares every odds.",
        ),
    ]
)

# %% [markdown]
# ## The lesson
#
# ### Step 1 · Keep three, by hand
#
# The ten tokens again, after *Should I approve this request?*

# %%
from logitlab.data import STORY

for token, logit in STORY.items():
    print(f"{token:8} {logit:4}")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# Strike out all but the three largest: `approve`, `reject`, `review`. Then do what softmax does, with
# the three that are left. Exponentials, total, divide.

# %%
e = np.exp(logits[:3])
print("weights      ", e.round(2), "total", e.sum().round(2))
print("probabilities", (e / e.sum()).round(3))

# %% [markdown]
# These are the numbers of lesson 1, step 2. There you took three tokens because three are easy.
# Taking three *is* top-k with k = 3.
#
# What did the cut change? Compare with all ten.

# %%
before = softmax(logits)
after = e / e.sum()
print("before ", before[:3].round(3), " odds", (before[0] / before[1]).round(2))
print("after  ", after.round(3), " odds", (after[0] / after[1]).round(2))
print("factors", (after / before[:3]).round(3))

# %% [markdown]
# Each kept token grew by the same factor, 1.36, so the odds between kept tokens stayed at 1.49. The
# factor is 1 over the mass that the three held before. Guess that mass without computing.

# %% tags=["hide-input"]
predict(
    "3-mass",
    "Three of ten tokens are kept. Which share of the probability did they hold before the cut?",
    round(100 * before[:3].sum(), 1),
    unit="%",
    tolerance=5,
    explain="30 % of the tokens, far more of the probability. How much more depends on the "
    "distribution, and k does not look at it.",
)

# %%
print(f"mass of the three {before[:3].sum():.3f}")
print(f"1 / mass          {1 / before[:3].sum():.3f}")

# %% [markdown]
# **Exercises 3.1 and 3.2 now.** The same by hand with k = 2, and three predictions.
#
# ### Step 2 · Removed means minus infinity
#
# In code the removed tokens keep their place in the row, because the place is the token's id. So
# something has to stand there. Many people write 0.

# %% tags=["hide-input"]
zeros = np.where(np.arange(10) < 2, logits, 0.0)
predict(
    "3-zero",
    "k = 2, and the other eight logits are set to 0. Which share do the eight get together?",
    round(100 * softmax(zeros)[2:].sum(), 1),
    unit="%",
    tolerance=4,
    explain="Each removed token gets the weight e^0 = 1. Eight of them outweigh reject.",
)

# %%
zeros = np.where(np.arange(10) < 2, logits, 0.0)
infinite = np.where(np.arange(10) < 2, logits, -np.inf)
print("e^0 =", np.exp(0.0), " e^-inf =", np.exp(-np.inf))
print("zeros ", softmax(zeros).round(3), softmax(zeros)[2:].sum().round(3))
print("-inf  ", softmax(infinite).round(3))

# %% [markdown]
# A third of the draws would go to tokens that you thought you had removed. And look at `optimize`:
# its logit was -0.3, so writing 0 *promoted* it. Zero is a logit like any other. The only logit with
# probability zero is minus infinity, since e^x tends to 0 as x falls without end.
#
# Minus infinity also survives what comes later. Divided by any T it is still minus infinity.

# %%
print(np.array([2.2, -np.inf]) / 5.0, softmax(np.array([2.2, -np.inf]) / 5.0))

# %% [markdown]
# **Exercises 3.3 and 3.4 now.** Find the k-th largest logit, then write `top_k`. From here on the lesson
# uses the library's.

# %%
from logitlab import top_k

print(top_k(logits, 3))
print(softmax(top_k(logits, 3)).round(3))

# %% [markdown]
# ### Step 3 · The slider
#
# Removed tokens are hatched at the length they had, kept ones stand at the length they have now. Press
# *Keep as ghost* first: outlines then mark where the bars were with k = 10. Move k down and watch the
# kept ones grow past their outlines at every token that falls.

# %% tags=["hide-input"]
predict(
    "3-entropy",
    "All ten have 2.61 bits of entropy. With k = 5, how many bits are left?",
    round(float(-(q := softmax(top_k(logits, 5))[:5]) @ np.log2(q)), 2),
    unit="bits",
    tolerance=0.15,
    explain="Five equal tokens would have log2 5 = 2.32 bits, so it must be below that.",
)

# %%
distribution_explorer(
    tokens,
    logits,
    knobs={"top_k": 10},
    goal=Goal("Find the k that leaves 2.05 bits", "entropy", 2.05, 0.02),
    title="Should I approve this request?",
)

# %%
from logitlab import entropy

for k in (10, 5, 3, 2, 1):
    q = softmax(top_k(logits, k))
    print(f"k = {k:<2}  approve {q[0]:.3f}  entropy {entropy(q):.2f} bits")
print(f"log2 5 = {np.log2(5):.2f}")

# %% [markdown]
# ### Step 4 · The count is fixed, the mass is not
#
# Two models, given as probabilities. One is nearly sure, the other is not.

# %%
peaked = np.array([0.82, 0.10, 0.04, 0.025, 0.01, 0.005])
flat = np.array(
    [0.14, 0.12, 0.11, 0.10, 0.09, 0.09, 0.08, 0.08, 0.07, 0.07, 0.05]
)

# %% tags=["hide-input"]
predict(
    "3-flat",
    "With k = 5 the peaked one keeps 99.5 % of its mass. How much does the flat one keep?",
    round(100 * flat[:5].sum(), 1),
    unit="%",
    tolerance=6,
    explain="The same k, a different cut. Nothing in the rule looks at a probability.",
)

# %%
for name, p in (("peaked", peaked), ("flat", flat)):
    print(f"{name:6} keeps {100 * p[:5].sum():.1f} % with k = 5")

# %% [markdown]
# Now the real model of lesson 1, with its 49,152 tokens. After *Once upon a time* it is nearly sure of
# a comma. After *My name is* nearly anything may follow.

# %% tags=["hide-input"]
from logitlab import recorded, recorded_peak, recorded_prompts

once, name = recorded("Once upon a time"), recorded("My name is")
open_mass = np.sort(softmax(name.logits))[-10:].sum()
predict(
    "3-name",
    "k = 10 keeps 97.2 % of the mass after Once upon a time. And after My name is?",
    round(100 * float(open_mass), 1),
    unit="%",
    tolerance=6,
    explain="Three quarters of what the model would have said is gone.",
)

# %%
for prompt in recorded_prompts()[:12]:
    p = softmax(recorded(prompt).logits)
    mass = np.sort(p)[::-1][:10].sum()
    bar = "█" * round(20 * mass)
    print(
        f"{entropy(p):5.2f} bits  {100 * mass:5.1f} %  {bar:20}  {prompt[:32]}"
    )

# %% [markdown]
# The left column is how undecided the model is, the middle one what k = 10 keeps. They run against
# each other. **k is blind to confidence**: it removes least where the model is sure, and most where
# the model has many good answers.
#
# `2 + 2 = ` is the odd one: it has 2.93 bits and k = 10 keeps nearly all. Ten digits, and little else
# to say. That is a prompt for which 10 is the right k, and you knew it before you looked.
#
# Could a better k do? Ask for 90 % of the mass, and see which k each prompt needs.

# %%
ks = np.arange(1, 2001)
prompts = ["Once upon a time", "The sky is", "My name is"]
lines = {}
for prompt in prompts:
    mass = np.cumsum(np.sort(softmax(recorded(prompt).logits))[::-1])
    lines[prompt] = mass[:2000]
    print(f"{prompt:17} needs k = {(mass < 0.9).sum() + 1:,}")

# %%
plots.show(
    *plots.curves(
        ks,
        lines,
        xlabel="k",
        ylabel="mass kept",
        title="What k keeps after three prompts",
        log_x=True,
    )
)

# %% [markdown]
# 1, 240 and 1,885. There is no k for 90 %. You have met these three numbers: they are the sizes of the
# 0.9 nucleus in lesson 2. Top-p is top-k that chooses a new k at every token.
#
# **Exercise 3.8 now.** Write the function that finds that k.
#
# The open prompt, with a slider for k.

# %%
distribution_explorer(
    name.tokens,
    name.logits,
    knobs={"top_k": 40},
    goal=Goal("Find the k that leaves 3 bits", "entropy", 3.0, 0.06),
    title="My name is",
)

# %% [markdown]
# ### Step 5 · Ties
#
# Five logits, and k = 3. The three tokens in the middle are equal.

# %%
tied = np.array([1.0, 2.0, 2.0, 2.0, 3.0])

# %% tags=["hide-input"]
predict(
    "3-ties",
    "How many of these five tokens does our top_k keep with k = 3?",
    int(np.isfinite(top_k(tied, 3)).sum()),
    explain="It keeps whatever is at least as large as the third largest. Three tokens are the "
    "third largest.",
)

# %%
print(top_k(tied, 3))
first = np.argsort(-tied, kind="stable")[:3]
exactly = np.full(5, -np.inf)
exactly[first] = tied[first]
print(exactly)

# %% [markdown]
# Two rules, both in use. The first compares values, the second picks ids. Neither is wrong, but they
# are different programs, and "k tokens" is a promise that only the second one keeps. Read on
# 2026-11-22, the first row also run:
#
# | | at a tie for the k-th place |
# |---|---|
# | transformers | keeps every token that is at least the k-th value |
# | vLLM | its PyTorch path keeps ties, its Triton path exactly k |
# | llama.cpp | keeps exactly k |
#
# One library with two answers: the same request may draw from another set on other hardware. Does it
# ever happen outside a toy? In float64 hardly. But many servers compute in bfloat16, which keeps the
# first 16 of the 32 bits of a float32. Round our model's logits that way, and count the ties among the
# likeliest 100.


# %%
def bfloat16(z):
    """Logits as bfloat16 holds them: the upper 16 bits of a float32, rounded."""
    bits = np.asarray(z, np.float32).view(np.uint32)
    return ((bits + 0x8000) & 0xFFFF0000).view(np.float32)


for prompt in recorded_prompts()[:8]:
    served = bfloat16(recorded(prompt).logits + recorded_peak(prompt))
    z = np.sort(served)[::-1][:100]
    ties = [k for k in range(1, 100) if z[k - 1] == z[k]]
    print(f"{len(ties):2} ties, the first at k = {ties[0]:<2}  {prompt[:40]}")

# %%
prompt = "The opposite of hot is"
served = bfloat16(recorded(prompt).logits + recorded_peak(prompt))
for k in (10, 40, 100):
    print(f"k = {k}: {np.isfinite(top_k(served, k)).sum()} kept")

# %% [markdown]
# ### Step 6 · The ends
#
# **k = 1.** One token is left, and it gets everything. That is greedy decoding, at any temperature.

# %% tags=["hide-input"]
predict(
    "3-k1",
    "k = 1 and T = 5. What is P(approve)?",
    float(softmax(top_k(logits / 5, 1))[0]),
    explain="At T = 5 alone it would have 14 %. But a single token has nobody to share with.",
)

# %%
for T in (0.1, 1, 5, 100):
    alone = softmax(temperature(logits, T))[0]
    with_k = softmax(top_k(temperature(logits, T), 1))[0]
    print(f"T = {T:<4} approve {alone:.3f}, with k = 1 {with_k}")

# %% [markdown]
# **k above the vocabulary** keeps everything. A function that crashes there will crash one day:
# somebody moves a setting of 50 to a classifier with 6 classes.

# %%
print(top_k(logits[:3], 50))

# %% [markdown]
# **k below 1** means nothing, so ours refuses it.

# %%
try:
    top_k(logits, 0)
except ValueError as error:
    print(error)

# %% [markdown]
# Elsewhere it means "off". The difference matters when you copy a configuration. Read on 2026-11-22,
# the first two rows also run:
#
# | | k = 0 | k = -1 |
# |---|---|---|
# | transformers, the processor alone | refused | refused |
# | transformers, `generate` | off | refused |
# | vLLM | off | off, and below that refused |
# | llama.cpp | off | off |
#
# **Exercises 3.5 and 3.7 now.** Decide about k below 1, and do rows.
#
# ### Step 7 · Which comes first?
#
# You have two knobs, T and k. Some libraries divide first and cut then, llama.cpp cuts first and
# divides last. Does it matter?

# %% tags=["hide-input"]
predict(
    "3-rescue",
    "k = 3 has removed seven of the ten tokens. Then T = 5. How many tokens can be drawn?",
    int((softmax(temperature(top_k(logits, 3), 5.0)) > 0).sum()),
    explain="Minus infinity divided by 5 is minus infinity. Temperature brings nothing back.",
)

# %% [markdown]
# It does not matter, and the proof takes two lines.
#
# 1. T keeps the order, so the k largest of z/T are the k largest of z: **the same tokens stay**.
# 2. A token that stays ends at z/T either way, and a removed one at minus infinity: **the same values**.
#
# Now try to break it: a thousand random rows, each with its own k and T.

# %%
rng = np.random.default_rng(0)
same = 0
for _ in range(1000):
    z = rng.normal(0, 3, 30)
    k, T = rng.integers(1, 31), rng.uniform(0.1, 5)
    first = top_k(temperature(z, T), k)
    last = temperature(top_k(z, k), T)
    same += np.array_equal(first, last)
print(f"the same in {same} of 1000")

# %% [markdown]
# Top-p cannot say that. It looks at masses, and T changes masses. One example is enough: logits 3, 2
# and 1, p = 0.8, T = 0.5.
#
# **Exercise 3.9 now**, on paper and before you run the cell: how many survive, in each order?

# %%
z = np.array([3.0, 2.0, 1.0])
first = top_p(temperature(z, 0.5), 0.8)
last = temperature(top_p(z, 0.8), 0.5)
print("at T = 1  ", softmax(z).round(3))
print("at T = 0.5", softmax(z / 0.5).round(3))
print("T first:", first, " T last:", last)

# %% [markdown]
# With T first the leader has 0.867, enough alone, and one token stays. With T last the leader has
# 0.665, needs the second, and two stay. Line 1 of the proof fails: the *set* depends on T.
#
# And the two cuts with each other? At T = 2, with k = 5 and p = 0.5:

# %%
warm = temperature(logits, 2.0)
k_then_p = np.isfinite(top_p(top_k(warm, 5), 0.5)).sum()
p_then_k = np.isfinite(top_k(top_p(warm, 0.5), 5)).sum()
print(f"k, then p: {k_then_p} kept;  p, then k: {p_then_k} kept")

# %% [markdown]
# After top-k the survivors are renormalised, each holds more, and p = 0.5 is reached sooner. Two cuts
# in a row are not two independent cuts.
#
# **Exercise 3.6 now.** Both knobs in one function.
#
# ### Step 8 · Which is stricter?
#
# An article says that a high temperature with k = 10 "can be more restrictive" than a low one with
# p = 0.95. Take T = 2 with k = 10 against T = 0.5 with p = 0.95, on two sets of logits: the twenty
# tokens of lesson 1 with their clear leader, and a thousand nearly equal ones.


# %%
def kept(z):
    a = np.isfinite(top_k(temperature(z, 2.0), 10)).sum()
    b = np.isfinite(top_p(temperature(z, 0.5), 0.95)).sum()
    return int(a), int(b)


twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
thousand = np.random.default_rng(0).normal(0, 0.3, 1000)

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "3-strict-peaked",
            "Twenty tokens with a clear leader: how many does T = 0.5 with p = 0.95 keep?",
            kept(twenty)[1],
            explain="The leader alone holds more than 95 % at T = 0.5. Here k = 10 is the loose one.",
        ),
        predict(
            "3-strict-flat",
            "A thousand nearly equal tokens: how many does T = 0.5 with p = 0.95 keep?",
            kept(thousand)[1],
            unit="tokens",
            tolerance=60,
            explain="95 % of a flat thousand is most of the thousand. Here k = 10 is by far stricter.",
        ),
    ]
)

# %%
print("twenty:   k keeps {}, p keeps {}".format(*kept(twenty)))
print("thousand: k keeps {}, p keeps {}".format(*kept(thousand)))

# %% [markdown]
# So "can be" is right, and nothing stronger would be. Which rule is stricter is a property of the
# distribution, never of the two numbers.
#
# **Exercise 3.10 now.** Build one distribution of each kind yourself.
#
# ### Step 9 · A cut that nobody asked for
#
# A program may keep the 50 largest logits and forget the rest *before* softmax. That is top-k with
# k = 50, whatever the settings say. A well-known page that shows transformers at work,
# [Transformer Explainer](https://github.com/poloclub/transformer-explainer), does so because 50 is a
# number that can be displayed (`const max = 50` in its code, read on 2026-11-28).
#
# How much does it hide? Word frequencies fall roughly as 1, 1/2, 1/3 and so on (Zipf's law). Take
# 50,257 tokens of that kind.

# %%
zipf = -np.log(np.arange(1, 50258.0))
whole, cut = softmax(zipf / 2)[0], softmax(zipf[:50] / 2)[0]
print(f"{len(zipf):,} tokens")

# %% tags=["hide-input"]
predict(
    "3-zipf",
    "At T = 2, how many times too large is the first token's probability after that cut?",
    round(float(cut / whole)),
    unit="times",
    tolerance=5,
    explain="At T = 2 each of the other 50,207 is unlikely, and together they hold nearly all.",
)

# %% [markdown]
# **Exercise 3.11 now**, before you run the next cell.

# %%
print(f"whole {whole:.4f}, cut {cut:.4f}: {cut / whole:.0f} times")
print("at T = 1:", (softmax(zipf[:50])[0] / softmax(zipf)[0]).round(1), "times")
p = np.sort(softmax(name.logits))[::-1]
print(f"'My name is': the top 50 hold {100 * p[:50].sum():.1f} % at T = 1")
for r in (once, name):
    z = np.sort(r.logits)[::-1] / 2
    print(
        f"{r.prompt!r} at T = 2: {softmax(z[:50])[0] / softmax(z)[0]:.0f} times"
    )

# %% [markdown]
# Zipf's law is a stand-in: with our model the factor is 6 after *Once upon a time* and 17 after *My name
# is*. Either way, a slider on such a page shows a temperature that never reaches the tail.
#
# ### Step 10 · In the wild
#
# You may be using top-k without knowing it. Defaults, read on 2026-11-22, the first one also run:
#
# | | k, when you say nothing |
# |---|---|
# | transformers, `generate(do_sample=True)` | 50, unless the model brings its own setting |
# | llama.cpp | 40, before top-p, min-p and temperature |
# | vLLM | off, unless the model brings its own setting |
#
# So "plain sampling" in the first is not plain: after *My name is* the default hides more than half of
# what the model would say. Turn it off with `top_k=0` when you measure a model.

# %%
p = softmax(name.logits)
for k in (40, 50):
    print(f"k = {k} hides {100 * (1 - np.sort(p)[-k:].sum()):.1f} %")

# %% [markdown]
# The rule became popular with [Fan and others (2018)](https://arxiv.org/abs/1805.04833), who drew their
# stories from the likeliest few tokens at each step.
# [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751) then measured what each rule writes.
# Five rows of their table: perplexity, and the share of texts that end in repetition.

# %%
holtzman = {
    "human": (12.38, 0.28),
    "pure sampling": (22.73, 0.22),
    "top-k 40": (6.88, 0.78),
    "top-k 640": (13.82, 0.28),
    "nucleus 0.95": (13.13, 0.36),
}
for row, (perplexity, repetition) in holtzman.items():
    bar = "█" * round(perplexity)
    print(f"{row:13} {perplexity:5.2f}  {repetition:.2f} %  {bar}")

# %% [markdown]
# k = 40 writes text that is too predictable, at about half the human perplexity. The nucleus is nearest
# to human in perplexity, k = 640 in repetition. A k near 40 is what you find in configurations, and a k
# sixteen times larger fits better on average.

# %%
print(f"{6.88 / 12.38:.2f} of human; {640 / 40:.0f} times the k")

# %% [markdown]
# ### Step 11 · Read what it wrote
#
# One place says little. So the model wrote 160 texts: four prompts, five settings, the seeds 0 to 7, up
# to 40 tokens each. None was left out. For each token its **surprisal** was kept: log2 of 1 over the
# probability that the model itself gave it, at T = 1 and with nothing removed. 10 bits is once in 1,024.

# %%
from logitlab.data import recorded_texts

texts = recorded_texts()
settings = list(dict.fromkeys(text.setting for text in texts))
print(len(texts), "texts:", settings, 2**10)

# %% [markdown]
# At T = 1.5 without a cut, 74.5 % of the tokens are such rare ones. What do the two cuts do about it?

# %% tags=["hide-input"]


def bits(setting):
    return np.concatenate([t.surprisal for t in texts if t.setting == setting])


rare = {s: 100 * float((bits(s) >= 10).mean()) for s in settings}
quiz(
    [
        predict(
            "3-rare-k",
            "T = 1.5, then k = 40: which share of the tokens has 10 bits or more?",
            round(rare["T = 1.5, then k = 40"], 1),
            unit="%",
            tolerance=3,
            explain="The fortieth token is seldom rarer than one in 1,024.",
        ),
        predict(
            "3-rare-p",
            "T = 1.5, then p = 0.9: which share of the tokens has 10 bits or more?",
            round(rare["T = 1.5, then p = 0.9"], 1),
            unit="%",
            tolerance=8,
            explain="T came first and filled the tail. 90 % of a heated distribution is thousands "
            "of tokens.",
        ),
    ]
)

# %%
for setting in settings:
    b = bits(setting)
    left = np.concatenate([t.kept for t in texts if t.setting == setting])
    print(
        f"{setting:22} mean {b.mean():5.2f} bits  "
        f"rare {100 * (b >= 10).mean():4.1f} %  left {np.median(left):6,.0f}"
    )

# %% [markdown]
# The last column is how many tokens were left to draw from, in the middle case. Now read some. Each
# token is shaded by its surprisal; point at one, or move with the arrow keys, and its numbers appear.

# %%
calm = min(
    np.mean(t.surprisal) for t in texts if t.setting == "T = 1.5, then p = 0.9"
)
text_explorer(
    texts,
    goal=Goal(
        "Find the calmest text that *T = 1.5, then p = 0.9* wrote",
        "mean",
        float(calm),
        0.01,
    ),
    title="What the model wrote",
)

# %% [markdown]
# What the five rows say, and what they do not:
#
# - **T = 1.5, then k = 40 stays fluent** and T = 1.5, then p = 0.9 does not. T never moves a rank, so
#   the forty are the same forty as at T = 1. T does move mass, so the nucleus swells.
# - It is not top-p that fails. It is top-p *after* T. With p = 0.9 first and T = 1.5 last, the order of
#   llama.cpp, the nucleus is measured on the model's own distribution, and the rare tokens fall from
#   65.5 % to 17.5 %.
# - k = 40 at T = 1.5 has hardly any rare tokens, fewer than the model on its own at T = 1 (13.2 %). That
#   is no praise: a person surprises you now and then.
# - Low surprisal means that the model expected its own words. It does not say that the text is good.
#
# Then where does k's blindness show? At *sure* places, such as after *Once upon a time*, where the comma
# has nearly everything. No drawing is needed: add up the probability of all tokens that have 5 bits or
# more there, with and without the cut.

# %%
bits_once = -np.log2(softmax(once.logits))
for T in (1.0, 1.5):
    for k in (None, 40):
        z = temperature(once.logits, T)
        p = softmax(z if k is None else top_k(z, k))
        odd = 100 * p[bits_once >= 5].sum()
        print(
            f"T = {T}, {'no cut' if k is None else 'k = 40':7} odd tokens {odd:4.1f} %"
        )

# %% [markdown]
# It is T that makes odd tokens likely, and k = 40 takes some of them away: half of them at T = 1.5,
# a fifth at T = 1. Where one token fits, k still lets 39 others in.
#
# **Your own prompt.** With the model installed (`make model`, once):

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import generate, load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
pipeline = Pipeline([("temperature", {"T": 1.5}), ("top_k", {"k": 40})])
steps = generate(model, prompt, pipeline, np.random.default_rng(0), 30)
for step in steps:
    print(f"{step.surprisal:5.1f} bits {step.text!r}")

# %% [markdown]
# One last slider, on the sure prompt, with both knobs. Leave k at 40 and find the heat at which the
# forty take half of what belongs to the comma.

# %%
distribution_explorer(
    once.tokens,
    once.logits,
    knobs={"temperature": 1.0, "top_k": 40},
    goal=Goal("With k = 40, bring the comma to one half", "p:,", 0.5, 0.005),
    title="Once upon a time",
    bars=12,
)

# %% [markdown]
# **Exercise 3.12 now.** A colleague explains k = 40, and you answer.
#
# ## Published, but is it right?
#
# Eight sentences about top-k and top-p, most of them printed. Some are right. Each verdict is computed
# in the cell, not remembered.

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
alone_k, alone_p = kept(thousand)[0], int(np.isfinite(top_p(warm, 0.3)).sum())
stacked = int(np.isfinite(top_p(top_k(warm, 5), 0.3)).sum())
flat_two = temperature(thousand, 2.0)
flat_stacked = int(np.isfinite(top_p(top_k(flat_two, 5), 0.3)).sum())
other_gaps = np.isfinite(top_k(np.sign(logits) * logits**2, 3))
three = {"temperature": 2.0, "top_k": 3, "top_p": 0.5}
last_stages = [
    Pipeline.named(library, **three).stages(logits)[-1].name
    for library in ("transformers", "vllm", "llama.cpp")
]
removed = [
    int((~stage.survivors).sum())
    for stage in Pipeline.named("transformers", **three).stages(logits)
]
quiz(
    [
        predict(
            "3-pub-can",
            "T = 2 with k = 10 can be more restrictive than T = 0.5 with p = 0.95.",
            "right" if kept(thousand)[0] < kept(thousand)[1] else "wrong",
            explain=f"On the thousand it keeps {kept(thousand)[0]} against {kept(thousand)[1]}; on "
            f"the twenty {kept(twenty)[0]} against {kept(twenty)[1]}. 'Can be' is the right word.",
            **verdict,
        ),
        predict(
            "3-pub-stack",
            "T = 2 with k = 5 and p = 0.3 can be more restrictive than k = 5 alone or p = 0.3 alone.",
            "right" if flat_stacked < 5 and flat_stacked < 100 else "wrong",
            explain=f"On the thousand both together keep {flat_stacked}. On our ten they keep "
            f"{stacked}, which is what p = 0.3 alone keeps too.",
            **verdict,
        ),
        predict(
            "3-pub-independent",
            "Top-k and top-p each truncate independently of the other.",
            "right" if k_then_p == p_then_k else "wrong",
            explain=f"k, then p keeps {k_then_p}; p, then k keeps {p_then_k}. The second cut sees "
            "what the first has left, renormalised.",
            **verdict,
        ),
        predict(
            "3-pub-after",
            "Top-k and top-p both act after temperature has reshaped the distribution.",
            "wrong" if "temperature" in last_stages else "right",
            explain="In transformers and vLLM they do. In llama.cpp temperature comes last. For "
            "top-k that changes nothing, for top-p it does.",
            **verdict,
        ),
        predict(
            "3-pub-compose",
            "Temperature reshapes, top-k truncates, top-p clips by cumulative probability.",
            "right" if removed == [0, 7, 8] else "wrong",
            explain="Three different things, and they can be chained. With T = 2, k = 3 and p = 0.5 on "
            f"our ten, the tokens removed after each stage are {removed[0]}, {removed[1]} and "
            f"{removed[2]}.",
            **verdict,
        ),
        predict(
            "3-pub-differences",
            "Which tokens top-k keeps depends on the differences between logits.",
            "wrong"
            if np.array_equal(other_gaps, np.isfinite(top_k(logits, 3)))
            else "right",
            explain="Only on their order. Square every gap and the same three stay. The differences "
            "decide what the three get.",
            **verdict,
        ),
        predict(
            "3-pub-quality",
            "k = 50 keeps the tokens that hold about 95 % of the probability.",
            "wrong" if np.sort(p)[-50:].sum() < 0.9 else "right",
            explain="After *The capital of France is* it happens to be so. After *My name is* they "
            f"hold {100 * np.sort(p)[-50:].sum():.0f} %.",
            **verdict,
        ),
        predict(
            "3-pub-greedy",
            "Top-k sampling with k = 1 is greedy decoding.",
            "right" if softmax(top_k(warm, 1)).max() == 1 else "wrong",
            explain="At every temperature.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# ## Common misconceptions
#
# - *A removed token gets the logit 0.* Then it gets the weight 1. It gets minus infinity.
# - *k = 40 keeps about so and so much of the probability.* It keeps 40 tokens. The mass depends on the
#   prompt.
# - *A high temperature brings back what top-k removed.* It divides minus infinity.
# - *T before or after k makes a difference.* Not for top-k. For top-p it does.
# - *With k = 1 a high T still adds variety.* There is nothing left to vary.
# - *Top-k always keeps exactly k.* Not at a tie, and not where the vocabulary is smaller.
# - *A smaller k makes the text better.* It makes it safer and duller. Human text is not made of
#   likeliest words.
#
# ## What to remember
#
# | | top-k | top-p |
# |---|---|---|
# | fixed | how many stay | how much mass stays |
# | follows from the distribution | how much mass stays | how many stay |
# | looks at | the order | the masses |
# | T before or after | the same | not the same |
# | sure place | lets k − 1 strangers in | keeps the one |
# | open place | removes good answers | keeps them, and the tail when T is high |
#
# **Top-k counts, it does not weigh.** A removed logit is minus infinity, and nothing brings it back.
#
# Your guesses, largest surprise first.

# %% tags=["hide-input"]
surprises("3-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/03_top_k.ipynb), if you have not done them on the way.
#
# Temperature, top-p and top-k look at one place and forget it. Lesson 4,
# [Repetition penalty](04_repetition_penalty.ipynb), looks back at what was written.
#
# [Course home](../book/index.md)
