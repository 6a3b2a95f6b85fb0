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
# It takes one whole number and looks at no probability.
#
# ## What you will be able to do
#
# - Write `top_k`, and say why a removed logit is minus infinity and not zero.
# - Say what a fixed k keeps when the model is sure and when it is not.
# - Prove that top-k and temperature may change places, and say what k and p do to each other.
# - Compare two cuts fairly, and say what an interval allows you to conclude.
# - Write the whole loop that a language model writes text with.

# %% tags=["hide-input"]
import numpy as np
from logitlab import (
    Goal,
    Pipeline,
    distribution_explorer,
    entropy,
    plots,
    predict,
    quiz,
    recorded,
    recorded_cuts,
    recorded_peak,
    recorded_prompts,
    recorded_texts,
    softmax,
    stages_explorer,
    surprises,
    temperature,
    text_explorer,
    top_p,
)
from logitlab.data import STORY

tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## Two questions first
#
# From lessons 1 and 2. Answer from memory, then commit.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "3-order",
            "A temperature of 5 is applied to ten different logits. What happens to their order?",
            "nothing",
            choices=("nothing", "it may change", "it is reversed"),
            explain="Dividing by one positive number keeps the larger larger.",
        ),
        predict(
            "3-crossing",
            "Probabilities 0.5, 0.3, 0.15 and 0.05, top-p with p = 0.75. How many tokens stay?",
            int(
                (
                    top_p(np.log([0.5, 0.3, 0.15, 0.05]), 0.75) > -np.inf
                ).sum()
            ),
            tolerance=0,
            explain="0.5 is not enough, 0.5 + 0.3 is. The token that crosses p is kept.",
        ),
    ]
)

# %% [markdown]
# ## Keep three, by hand
#
# The ten tokens after *Should I approve this request?* Strike out all but the three largest logits:
# `approve` 2.2, `reject` 1.8, `review` 1.4. Then do what softmax does with those three.

# %%
e = np.exp(logits[:3])
before, after = softmax(logits), e / e.sum()
print("weights", e.round(2), "total", e.sum().round(2))
print(
    "before ",
    before[:3].round(3),
    " odds",
    (before[0] / before[1]).round(2),
)
print("after  ", after.round(3), " odds", (after[0] / after[1]).round(2))
print(
    "factors",
    (after / before[:3]).round(3),
    " mass",
    before[:3].sum().round(3),
)

# %% [markdown]
# Keeping three tokens is **top-k** with k = 3
# ([Fan and others, 2018](https://arxiv.org/abs/1805.04833)). Each kept
# token grew by the same factor, 1.36, which is 1 over the mass that the three held before. So the odds
# between two kept tokens stay at 1.49.
#
# **Exercise 3.1 now.** The same by hand with k = 2.
#
# ## Removed means minus infinity
#
# In code the removed tokens keep their place in the row, because the place is the token's id. Something
# has to stand there, and many people write 0.

# %% tags=["hide-input"]
zeros = np.where(np.arange(10) < 3, logits, 0.0)
predict(
    "3-zero",
    "k = 3, and the other seven logits are set to 0. Which share do the seven get together?",
    round(100 * softmax(zeros)[3:].sum(), 1),
    unit="%",
    tolerance=4,
    explain="Each removed token gets the weight e^0 = 1. Seven of them outweigh reject.",
)

# %%
for removed in (0.0, -1.0, -np.inf):
    q = softmax(np.where(np.arange(10) < 3, logits, removed))
    print(f"e^{removed:<4} = {np.exp(removed):.3f}", end="  ")
    print(q[[0, 1, 2, 6]].round(4))

# %% [markdown]
# More than a quarter of the draws would go to tokens that you thought you had removed. The last column is
# `optimize`: its logit was −0.3, so writing 0 *promoted* it. Zero is a logit like any other. The only
# logit with probability zero is minus infinity.
#
# **Exercises 3.2 and 3.3 now.** Find the k-th largest logit, then write `top_k`. From here on the lesson
# uses the library's. Removed tokens are hatched at the length they had. Press *Keep as ghost* first:
# outlines then mark where the bars were with k = 10, and the kept ones grow past their outlines.

# %%
from logitlab import top_k

distribution_explorer(
    tokens,
    logits,
    knobs={"top_k": 10},
    goal=Goal("Find the k that leaves 2.05 bits", "entropy", 2.05, 0.02),
    title="Should I approve this request?",
)

# %% [markdown]
# ## The count is fixed, the mass is not
#
# Two made-up models, given as probabilities. With k = 5 the sure one keeps nearly everything, the other
# a little more than half.

# %%
peaked = np.array([0.82, 0.10, 0.04, 0.025, 0.01, 0.005])
flat = np.array(
    [0.14, 0.12, 0.11, 0.10, 0.09, 0.09, 0.08, 0.08, 0.07, 0.07, 0.05]
)
for label, p in (("peaked", peaked), ("flat", flat)):
    print(f"{label:6} keeps {100 * p[:5].sum():.1f} % with k = 5")

# %% [markdown]
# Now the real model. After *Once upon a time* it is nearly sure of a comma, after *My name is* nearly
# anything may follow.

# %% tags=["hide-input"]
once, name = recorded("Once upon a time"), recorded("My name is")
predict(
    "3-name",
    "k = 10 keeps 97.2 % of the mass after *Once upon a time*. And after *My name is*?",
    round(100 * float(np.sort(softmax(name.logits))[-10:].sum()), 1),
    unit="%",
    tolerance=8,
    explain="Three quarters of what the model would have said is gone.",
)

# %%
for prompt in recorded_prompts()[:11]:
    p = softmax(recorded(prompt).logits)
    mass = np.sort(p)[::-1][:10].sum()
    bar = "█" * round(20 * mass)
    print(f"{entropy(p):5.2f} bits  {100 * mass:5.1f} %", end="  ")
    print(f"{bar:20}  {prompt[:32]}")

# %% [markdown]
# The left column is how undecided the model is, the middle one what k = 10 keeps. **k is blind to
# confidence**: by and large it removes least where the model is sure, and most where it has many good answers.
# The largest exception is `2 + 2 = `. There are ten digits and little else to say, so 10 is the right k there, and
# you knew it before you looked.
#
# Could a better k do?

# %%
for prompt in ("Once upon a time", "The sky is", "My name is"):
    mass = np.cumsum(np.sort(softmax(recorded(prompt).logits))[::-1])
    print(
        f"{prompt:17} k = 40 keeps {100 * mass[39]:.1f} %, "
        f"for 90 % it takes k = {(mass < 0.9).sum() + 1:,}"
    )

# %% [markdown]
# 1, 240 and 1,885: there is no k for 90 %. They are the sizes of the 0.9 nucleus in
# *The nucleus breathes* of lesson 2. Top-p is top-k that chooses a new k at every token.
#
# ## Any mask keeps the odds
#
# Top-k, top-p and the others differ in *whom* they remove. What happens to the rest is always the same:
# the survivors grow by one factor, and their odds stay. That also holds for masks that are no samplers. A
# server that must answer in JSON, or with *yes* or *no*, removes at each step every token that the
# grammar does not allow.

# %% tags=["hide-input"]
answers = [once.tokens.index(word) for word in (" yes", " no")]
p_answers = softmax(once.logits.astype(float))[answers]
predict(
    "3-grammar",
    "After *Once upon a time* the tokens ` yes` and ` no` hold 0.0002 together. A grammar allows "
    "only these two. Which probability does the likelier one get?",
    "nearly 1",
    choices=("about 0.0002", "about 0.5", "nearly 1"),
    explain=f"{p_answers.max() / p_answers.sum():.2f}. It was {p_answers.max() / p_answers.min():.0f} "
    "times as likely as the other, and so it still is.",
)

# %%
print(f"before: {p_answers.sum():.4f} together")
fruit = recorded("My favourite fruit is")
p = softmax(fruit.logits.astype(float))
words = [" apple", " banana", " mango"]
ids = [fruit.tokens.index(word) for word in words]
masked = np.full(len(p), -np.inf)
masked[ids] = fruit.logits[ids]
print(f"{fruit.prompt!r}: the three hold {p[ids].sum():.4f}")
for word, i in zip(words, ids, strict=True):
    print(f"{word:8} {p[i]:.5f} -> {softmax(masked)[i]:.3f}")

# %% [markdown]
# After the mask the three share everything, however little they held before. The probabilities
# after a mask say how the allowed tokens compare, nothing more. Whether the model wanted any of them is
# in the mass *before* the mask, which most programs throw away.
#
# ## Top-k and T
#
# You have two knobs, T and k. transformers and vLLM divide first and then cut; llama.cpp cuts first and
# divides last. With top-p the order mattered.

# %% tags=["hide-input"]
predict(
    "3-rescue",
    "k = 3 has removed seven of the ten tokens. Then comes T = 5. How many can be drawn?",
    int((softmax(temperature(top_k(logits, 3), 5.0)) > 0).sum()),
    tolerance=0,
    explain="Minus infinity divided by 5 is minus infinity. Temperature brings nothing back.",
)

# %% [markdown]
# Top-k and T can change places, and the proof takes two lines.
#
# 1. T keeps the order, so the k largest of z/T are the k largest of z: **the same tokens stay**.
# 2. A token that stays ends at z/T either way, and a removed one at minus infinity: **the same values**.
#
# Now try to break it: a thousand random rows, each with its own k and T. Beside it, the same for top-p.

# %%
rng = np.random.default_rng(0)
same = {"top-k": 0, "top-p": 0}
for _ in range(1000):
    z = rng.normal(0, 3, 30)
    k, T, p = rng.integers(1, 31), rng.uniform(0.1, 5), rng.uniform(0, 1)
    for label, cut, value in (("top-k", top_k, k), ("top-p", top_p, p)):
        first, last = cut(z / T, value), cut(z, value) / T
        same[label] += np.array_equal(first, last)
print("the same in either order, of 1000:", same)
for T in (1, 5, 100):
    alone, one = softmax(logits / T)[0], softmax(top_k(logits / T, 1))[0]
    print(f"T = {T:<3} approve {alone:.3f}, with k = 1 {one}")

# %% [markdown]
# Line 1 of the proof fails for top-p: its *set* depends on T. And with k = 1 one token is left, with
# probability 1: that is *greedy decoding*, at any temperature.
#
# **Exercise 3.4 now.** T and k in one function.
#
# ## Ties on a real server
#
# Five logits, and k = 3. The three tokens in the middle are equal.

# %%
tied = np.array([1.0, 2.0, 2.0, 2.0, 3.0])

# %% tags=["hide-input"]
predict(
    "3-ties",
    "How many of these five tokens does our top_k keep with k = 3?",
    int(np.isfinite(top_k(tied, 3)).sum()),
    tolerance=0,
    explain="It keeps whatever is at least as large as the third largest. Three tokens are the "
    "third largest.",
)

# %% [markdown]
# Two rules are in use. One compares values, the other picks k ids, and only the second always keeps
# exactly k. transformers compares, llama.cpp picks (both in
# [Who does what in which order](../book/orders.md)). On graphics cards vLLM calls
# [FlashInfer](https://github.com/vllm-project/vllm/pull/40376), which accepts a token if fewer than k are likelier, so
# ties stay: a [report of June 2026](https://github.com/flashinfer-ai/flashinfer/pull/3774) asks to change that. Read
# on 2026-11-29, not run.
#
# Does it ever happen outside a toy? In float64 hardly. But many servers compute in bfloat16, which keeps
# the first 16 of the 32 bits of a float32. Round our model's logits that way, and count the ties among
# the likeliest 100.


# %%
def bfloat16(z):
    """Logits as bfloat16 holds them: the upper 16 bits, rounded."""
    bits = np.asarray(z, np.float32).view(np.uint32)
    return ((bits + 0x8000) & 0xFFFF0000).view(np.float32)


for prompt in recorded_prompts()[:8]:
    served = bfloat16(recorded(prompt).logits + recorded_peak(prompt))
    z = np.sort(served)[::-1][:100]
    ties = [k for k in range(1, 100) if z[k - 1] == z[k]]
    print(
        f"{len(ties):2} ties, the first at k = {ties[0]:<2}  {prompt[:40]}"
    )
prompt = "The opposite of hot is"
served = bfloat16(recorded(prompt).logits + recorded_peak(prompt))
for k in (10, 40, 100):
    print(f"k = {k}: {np.isfinite(top_k(served, k)).sum()} kept")

# %% [markdown]
# Where ties stay, k = 40 may keep 41.
#
# ## T, k and p together
#
# Most servers have all three. Here are the ten tokens at T = 3, with k = 4 and p = 0.5.

# %% tags=["hide-input"]
warm = temperature(logits, 3.0)
k_then_p = int((top_p(top_k(warm, 4), 0.5) > -np.inf).sum())
predict(
    "3-stack",
    "k = 4 alone keeps 4, p = 0.5 alone keeps 4. How many do k, then p, keep?",
    k_then_p,
    tolerance=0,
    explain="After top-k the four are renormalised, each holds more, and two of them reach 0.5.",
)

# %%
p_then_k = top_k(top_p(warm, 0.5), 4)
print("p, then k keeps", (p_then_k > -np.inf).sum())
ten_k = softmax(top_k(warm, 4))[:4]
print("at T = 3      ", softmax(warm)[:4].round(3))
print("after k = 4   ", ten_k.round(3), "sums", ten_k.cumsum().round(3))

# %% [markdown]
# Two cuts in a row are not two independent cuts: the second sees a distribution that the first has made.
# So both together can be stricter than either alone, and their order counts. Two further exercises of the sheet are
# about such stacks. Now the real model, T = 1.5,
# with the settings side by side.

# %%
rows = {
    "T": ("transformers", {}),
    "T, k = 40": ("transformers", {"top_k": 40}),
    "T, p = 0.9": ("transformers", {"top_p": 0.9}),
    "T, k, p": ("transformers", {"top_k": 40, "top_p": 0.9}),
    "k, p, T": ("llama.cpp", {"top_k": 40, "top_p": 0.9}),
}
print(f"{'':11}{'Once upon a time':>22}{'My name is':>22}")
for label, (library, cut) in rows.items():
    pipeline = Pipeline.named(library, temperature=1.5, **cut)
    row = ""
    for r in (once, name):
        z = pipeline(r.logits)
        bits = entropy(softmax(z))
        row += f"{(z > -np.inf).sum():9,} left {bits:5.2f} b"
    print(f"{label:11}{row}")

# %% [markdown]
# Read the first column. After the sure prompt p = 0.9 after T lets thousands in, and only p
# *before* T leaves the comma alone. After the open prompt k does most of the
# cutting. Try the three stages on the ten tokens, in the order of two libraries.

# %%
stages_explorer(
    tokens,
    logits,
    {
        "transformers, vLLM": ["temperature", "top_k", "top_p"],
        "llama.cpp": ["top_k", "top_p", "temperature"],
    },
    knobs={"temperature": 2.0, "top_k": 6, "top_p": 0.72},
    goal=Goal(
        "Find a setting where the first keeps exactly 2 more",
        "difference",
        2,
        0,
    ),
    title="Three stages in two orders",
)

# %% [markdown]
# ## What a cut does to a text
#
# Which cut writes better? Reading a few texts settles nothing, and two settings are compared fairly only
# if nothing else differs. So this is a measurement. The model wrote 64 texts of up to 40 tokens at T = 1
# with nothing removed, four after each of 16 prompts. At each of their places every setting below is put
# on the *same* logits, and nothing is drawn: what is recorded is the exact probability of an **odd**
# token. Odd means that the model itself, at T = 1, gives it less than 1 in 1,024.
#
# Texts after one prompt resemble each other, so the unit is the prompt: a mean of 16 numbers. The ± is a
# 95 % interval, 2.13 standard errors for 16 values (a standard error is the standard deviation of a mean).

# %%
cuts = recorded_cuts()


def by_prompt(values, where=True):
    """The mean over the places of each of the 16 prompts."""
    own = [(cuts.prompt == i) & where for i in range(len(cuts.prompts))]
    return np.array([values[here].mean() for here in own])


def interval(x):
    return x.mean(), 2.13 * x.std(ddof=1) / np.sqrt(len(x))


print(f"{len(cuts.text):,} places in {cuts.text.max() + 1} texts", end="; ")
print(f"odd: 10 bits, less than 1 in {2**10:,}")
for i, (T, rule, value) in enumerate(cuts.settings[:6]):
    mean, half = interval(100 * by_prompt(cuts.odd[i]))
    bits = cuts.entropy[i].mean()
    print(f"T = {T}  {rule:6} {value:<4g} {bits:5.2f} bits", end="  ")
    print(f"odd {mean:5.1f} ± {half:.1f} %")

# %% [markdown]
# Read it as a design: two temperatures, three cuts. At the same T, k = 40 takes nearly all odd tokens away
# and p = 0.9 far fewer. With any cut, T = 1.5 has more of them than T = 1. So T makes odd tokens, and a cut
# removes some. But is k the better *rule*, or is 40 just the stricter *number*? The entropy column says
# that it leaves much less choice.
#
# To compare rules, make them equally strong: for each rule the value was sought that leaves, on the
# average over all places, as much entropy as k = 40 does at T = 1.5. Now take the **sure** places, where
# the model's own entropy is below 1 bit.

# %% tags=["hide-input"]
own_bits = cuts.entropy[0]
sure, open_ = own_bits < 1, own_bits > 5
equal = {"top-k": 4} | {
    rule: 7 + i for i, (_, rule, _) in enumerate(cuts.settings[7:])
}
most = max(equal, key=lambda rule: cuts.odd[equal[rule]][sure].mean())
predict(
    "3-sure",
    "T = 1.5, all equally strong. Which rule lets the most odd tokens through at sure places?",
    most,
    choices=tuple(rule for rule in equal if rule != "top-p first"),
    explain="Where one token fits, k still lets 39 others in, and T = 1.5 gives them weight.",
)

# %%
print("T = 1.5, equally strong: entropy, then odd tokens in %")
print(f"{'':31}{'all places':>13}{'open places':>13}  kept there")
for rule, i in equal.items():
    label = f"{rule} {cuts.settings[i][2]:g}"
    print(f"{label:20}{cuts.entropy[i].mean():6.2f} bits", end=" ")
    for where in (True, open_):
        mean, half = interval(100 * by_prompt(cuts.odd[i], where))
        print(f"{mean:7.1f} ± {half:3.1f}", end="")
    print(f"{np.median(cuts.kept[i][open_]):12.0f}")

# %%
fig, alt = plots.curves(
    np.arange(3),
    {
        f"{rule} {cuts.settings[i][2]:g}": [
            100 * by_prompt(cuts.odd[i], w).mean()
            for w in (sure, ~sure & ~open_, open_)
        ]
        for rule, i in equal.items()
    },
    xlabel="places",
    ylabel="odd tokens, %",
    title="T = 1.5, cuts of equal strength",
    markers=True,
)
fig.axes[0].set_xticks([0, 1, 2], ["sure", "between", "open"])
plots.show(fig, alt)

# %%
for rule in ("top-p", "top-p first", "min-p", "top-n-sigma"):
    gap = cuts.odd[equal[rule]] - cuts.odd[equal["top-k"]]
    text = ""
    for label, where in (("all", True), ("sure", sure), ("open", open_)):
        mean, half = interval(100 * by_prompt(gap, where))
        text += f"  {label} {mean:+5.1f} ± {half:.1f}"
    print(f"{rule:11} less top-k:{text}")
print(f"places: sure {100 * sure.mean():.0f} %", end=", ")
print(f"open {100 * open_.mean():.0f} %")

# %% [markdown]
# These are differences prompt by prompt. An interval that holds 0 says that these texts do not decide.
#
# - **At sure places k is the worst of all.** The other rules let nothing odd through; k lets 7 % through.
#   They are few places, but one slip there, and the text goes on from it.
# - **At open places it is the other way round.** There k = 40 lets nothing odd through and top-p some
#   12 %. But where many words are possible each good one is rare, so "odd" is no fault there. k removes such
#   words.
# - **Over all places top-p has more odd tokens than k**, by 4 points, and its interval does not hold 0.
#   With p before T it comes out much the same, once p is set to the same strength.
# - **Min-p and top-n-sigma cannot be told from k over all places**: both intervals hold 0. What differs is
#   where they are strict.
#
# What this does not say: one small model; places of calm texts, not of texts that have lost their thread;
# and an odd token is not a bad one. No cut wins. k spends its strictness at open places, the others at
# sure ones, and which of the two you want strict is your decision.
#
# ## Read what it wrote
#
# The model wrote 160 texts: four prompts, five settings, the seeds 0 to 7, up to 40 tokens each. None was
# left out. Each token is shaded by its *surprisal*: log2 of 1 over the probability that the model itself
# gave it, in bits. Point at one, or move with the arrow keys, and its
# numbers appear.

# %% tags=["hide-input"]
texts = recorded_texts()
hot = "T = 1.5, then p = 0.9"
bits = np.concatenate([t.surprisal for t in texts if t.setting == hot])
predict(
    "3-odd",
    f"Which share of the tokens that *{hot}* wrote is odd?",
    round(100 * (bits > 10).mean()),
    unit="%",
    tolerance=10,
    explain="At places of calm texts it was a few in a hundred. Here the model reads its own odd tokens, and each makes "
    "the next more likely.",
)

# %%
calm = min(np.mean(t.surprisal) for t in texts if t.setting == hot)
print(len(texts), "texts")
text_explorer(
    texts,
    goal=Goal(
        f"Find the calmest text that *{hot}* wrote", "mean", calm, 0.01
    ),
    title="What the model wrote",
)

# %% [markdown]
# Low surprisal means that the model expected its own words. It does not say that the text is good. And a
# token that the model did not expect changes all that follows: that is why a text at T = 1.5 can lose its
# thread for good, which the measurement above, made at places of calm texts, does not show.
#
# ## The whole loop
#
# You now have every part of what writes text: score, divide by T, cut, draw, append, and again until a
# stop token comes or the text is long enough. A stop token is one that the model writes to say that the
# text is over.
#
# **Exercise 3.5 now, the capstone of lessons 1 to 3.** You write
# `generate(model, prompt, T, k, p, rng, max_new_tokens)`. The check runs it on small models that it makes
# up; the last cell of the exercise runs it on the real one.
#
# ## Common misconceptions
#
# - *A removed token gets the logit 0.* Then it gets the weight 1. It gets minus infinity.
# - *k = 40 keeps a fixed share of the probability.* It keeps 40 tokens. The mass depends on the
#   prompt.
# - *A high temperature brings back what top-k removed.* It divides minus infinity.
# - *T before or after k makes a difference.* Not for top-k. For top-p it does.
# - *With k = 1 a high T still adds variety.* There is nothing left to vary.
# - *Top-k always keeps exactly k.* Not at a tie, and not where the vocabulary is smaller.
# - *A smaller k makes the text better.* It removes odd tokens, and at open places good ones with them.
#
# ## What to remember
#
# | | top-k | top-p |
# |---|---|---|
# | fixed | how many stay | how much mass stays |
# | follows from the distribution | how much mass stays | how many stay |
# | looks at | the order | the masses |
# | T before or after | the same | not the same |
# | sure place | lets k − 1 strangers in | keeps the one, if it comes before T |
# | open place | removes good answers | keeps them, and the tail when T is high |
#
# **Top-k counts, it does not weigh.** A removed logit is minus infinity, and nothing brings it back.
#
# ## Your guesses
#
# Largest surprise first.

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
# ## Further
#
# ### A k that means nothing
#
# *{{ minutes }} minutes. For whoever copies a configuration from one library to another.*
#
# k above the vocabulary keeps everything. k below 1 means nothing, so ours refuses it. Elsewhere it often
# means "off".

# %%
print(top_k(logits[:3], 50))
try:
    top_k(logits, 0)
except ValueError as error:
    print(error)

# %% [markdown]
# Read on 2026-11-22, the first two rows also run:
#
# | | k = 0 | k = -1 |
# |---|---|---|
# | transformers, the processor alone | refused | refused |
# | transformers, `generate` | off | refused |
# | vLLM | off | off, and below that refused |
# | llama.cpp | off | off |
#
# **Exercise 3.6**: decide about k below 1.
#
# ### Cuts that nobody asked for
#
# *{{ minutes }} minutes. For whoever measures a model or shows one to others.*
#
# You may be using top-k without knowing it. What you get when you say nothing, read on 2026-11-22, the
# first one also run: transformers' `generate(do_sample=True)` takes k = 50 and llama.cpp 40; vLLM has it
# off. transformers and vLLM take the model's own setting first, where there is one (`generation_config.json`,
# B.11 of [Bugs that shipped](../exercises/bugs_that_shipped.ipynb)). Turn it off with `top_k=0` when you measure a model.
#
# And a program may keep the 50 largest logits and forget the rest *before* softmax. A well-known page that
# shows transformers at work, [Transformer Explainer](https://github.com/poloclub/transformer-explainer),
# does so because 50 can be displayed (`const max = 50` in its code, read on 2026-11-28).

# %%
for r in (once, name):
    z = np.sort(r.logits.astype(float))[::-1]
    for T in (1, 2):
        whole, cut = softmax(z / T)[0], softmax(z[:50] / T)[0]
        print(
            f"{r.prompt:17} T = {T}: the top token has {whole:.3f}, "
            f"after the cut {cut:.3f}, {cut / whole:.1f} times"
        )

# %% [markdown]
# On such a page raising T never brings in the tail.
#
# **Exercise 3.10** does the same for logits that fall off as word frequencies do.
#
# ### Your own prompt
#
# *{{ minutes }} minutes. For whoever has the model installed (`make model`, once).*
#
# In the book, [a page](../book/prompt.md) does this in your browser.

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import generate, load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
pipeline = Pipeline([("temperature", {"T": 1.5}), ("top_k", {"k": 40})])
for step in generate(model, prompt, pipeline, np.random.default_rng(0), 30):
    print(f"{step.surprisal:5.1f} bits {step.text!r}")

# %% [markdown]
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever reads about samplers elsewhere.*
#
# Two sentences on top-k that are or were in print. The verdicts are computed.

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}


def kept(z):
    """How many T = 2 with k = 10 keeps, and T = 0.5 with p = 0.95."""
    a = (top_k(z / 2.0, 10) > -np.inf).sum()
    b = (top_p(z / 0.5, 0.95) > -np.inf).sum()
    return int(a), int(b)


on_name, on_once = kept(name.logits), kept(once.logits)
quiz(
    [
        predict(
            "3-pub-can",
            "T = 2 with k = 10 can be more restrictive than T = 0.5 with p = 0.95.",
            "right" if on_name[0] < on_name[1] else "wrong",
            explain=f"After *My name is* it keeps {on_name[0]} against {on_name[1]}; after *Once "
            f"upon a time* {on_once[0]} against {on_once[1]}. 'Can be' is the right word.",
            **verdict,
        ),
        predict(
            "3-pub-quality",
            "k = 50 keeps the tokens that hold about 95 % of the probability.",
            "wrong"
            if np.sort(softmax(name.logits))[-50:].sum() < 0.9
            else "right",
            explain="After *The capital of France is* it happens to be so. After *My name is* they "
            f"hold {100 * np.sort(softmax(name.logits))[-50:].sum():.0f} %.",
            **verdict,
        ),
    ]
)
