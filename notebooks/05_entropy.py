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
# # 5 · Entropy
#
# {{ path }}
#
# Four lessons have turned knobs, and the word *entropy* stood beside each of them like the needle
# of a gauge. Now the gauge itself. What does it count? In which unit? And what may you conclude
# from it?
#
# A distribution is a set of **preferences**, T is a **knob** on it, and entropy is a **summary**.
#
# ## What you will be able to do
#
# - Work out surprisal, entropy and perplexity by hand, and write `entropy` so that zeros do no harm.
# - Tell bits from nats in a published figure whose label is wrong.
# - Say how fast entropy grows with T, and check it.
# - Measure whether a model knows how sure it may be, and mend it with one number.
# - Say why the entropy of a sample is too low, and correct it.

# %% tags=["hide-input"]
import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    calibration_explorer,
    curve_explorer,
    guessing_game,
    plots,
    predict,
    quiz,
    recorded,
    recorded_answers,
    recorded_game,
    recorded_texts,
    repetition_penalty,
    softmax,
    surprises,
    sweep,
    text_explorer,
    top_k,
    top_p,
)

# %% [markdown]
# ## Three questions first
#
# From lessons 2, 3 and 4. Answer from memory, then commit.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "5-penalty",
            "A token was seen before. Its logit is -0.6 and the repetition penalty is 1.2. What does its "
            "logit become?",
            round(
                float(repetition_penalty(np.array([-0.6, 1.0]), [0], 1.2)[0]), 2
            ),
            tolerance=0.001,
            explain="A negative logit is multiplied, a positive one divided. Otherwise the penalty would "
            "be a reward.",
        ),
        predict(
            "5-nucleus",
            "Probabilities 0.4, 0.4 and 0.2, top-p with p = 0.7. How many tokens stay?",
            int(np.isfinite(top_p(np.log([0.4, 0.4, 0.2]), 0.7)).sum()),
            explain="0.4 is not enough, 0.8 is. You will meet this distribution again in a minute.",
        ),
        predict(
            "5-k",
            "Ten logits, T = 5, then k = 1. What probability does the remaining token have?",
            float(softmax(top_k(np.arange(10) / 5, 1)).max()),
            explain="One token has nobody to share with. Remember this case: its entropy is 0.",
        ),
    ]
)

# %% [markdown]
# ## The lesson
#
# ### Step 1 · How surprised should you be?
#
# The ten tokens again, after *Should I approve this request?*

# %%
from logitlab.data import STORY

for token, logit in STORY.items():
    print(f"{token:8} {logit:4}")
tokens, logits = list(STORY), np.array(list(STORY.values()))
probs = softmax(logits)

# %% [markdown]
# Suppose the model writes `close`. It had given `close` one chance in 71. How surprising is that,
# as a number? Count it in coins: a chance of one half is one head, one quarter is two heads in a
# row, one eighth is three. One chance in 71 lies between six heads and seven.

# %%
for heads in (1, 2, 3, 6, 7):
    print(f"{heads} heads: 1 chance in {2**heads}")
print(f"close: 1 chance in {1 / probs[-1]:.0f}")

# %% tags=["hide-input"]
predict(
    "5-close",
    "How many heads in a row is close worth? Decimals are welcome.",
    round(float(-np.log2(probs[-1])), 2),
    unit="heads",
    tolerance=0.2,
    explain="The logarithm to base 2 counts halvings; the count need not be a whole number.",
)

# %%
for token, p in zip(tokens, probs, strict=True):
    print(f"{token:9} {p:.3f}  {-np.log2(p):5.2f}  {'█' * round(-np.log2(p))}")

# %% [markdown]
# This number, -log2 p, is the **surprisal** of a token, and its unit is the **bit**. A certain
# token has 0 bits. An impossible one would have infinitely many. And it adds where probabilities multiply: two
# tokens of 3 bits in a row are one event of 6 bits.
#
# ### Step 2 · The average
#
# Before the token comes you do not know which surprisal you will get. But you know the average: each
# surprisal, weighted by how often it comes. Take two small distributions.

# %%
A, B = np.array([0.9, 0.05, 0.05]), np.array([0.4, 0.4, 0.2])
for name, p in (("A", A), ("B", B)):
    s = -np.log2(p)
    print(name, "surprisals", s.round(2), " shares", (p * s).round(2))

# %% [markdown]
# In A the rare tokens surprise a lot (4.32 bits each) and hardly ever. Look at the shares: what
# counts is surprise *times* how often.

# %% tags=["hide-input"]
predict(
    "5-ab",
    "The shares of A add to 0.57 bits. How many bits are the shares of B together?",
    round(float(-(B * np.log2(B)).sum()), 2),
    unit="bits",
    tolerance=0.05,
    explain="0.53 and 0.53 and 0.46. Nobody leads in B, so you wait for every token with some suspense.",
)

# %%
for name, p in (("A", A), ("B", B)):
    print(f"{name}: {-(p * np.log2(p)).sum():.2f} bits")

# %% [markdown]
# The average surprisal is the **entropy**. Where these two were published, the text says that both
# "have a clear winner". B has none: it is a tie at the top.
#
# **Exercises 5.1 and 5.3 now.** Entropy by hand, and the surprisal of one token.
#
# ### Step 3 · The zero that spoils it
#
# After top-k or top-p some probabilities are exactly 0, and log2 of 0 is minus infinity.

# %%
p = np.array([0.5, 0.5, 0.0])
with np.errstate(all="ignore"):
    print("as it stands:", -(p * np.log2(p)).sum())

# %% [markdown]
# *nan*, not a number: 0 times infinity. A token that never comes cannot add to an average, so its share
# is 0. Two repairs are common. One adds a tiny number inside the logarithm, the other leaves the
# zeros out. Run both on a distribution that is certain.

# %%
certain = np.array([1.0, 0.0])
print(f"tiny number  {-(certain * np.log2(certain + 1e-12)).sum():.2e}")
seen = certain[certain > 0]
print("left out    ", -(seen * np.log2(seen)).sum() + 0.0)

# %% [markdown]
# Less than nothing. The tiny number made log2 1 a little larger than 0, and rounded to two decimals
# this prints as `-0.00`. You will see it in print in step 5. Entropy is never negative.
#
# **Exercise 5.4 now.** From here on the lesson uses the library's.

# %%
from logitlab import entropy, surprisal

for p in (A, B, [0.5, 0.5, 0.0], certain):
    print(f"{entropy(p):.3f} bits")
print(f"close alone: {surprisal(float(probs[-1])):.2f} bits")

# %% [markdown]
# ### Step 4 · How many choices is that?
#
# A fair coin has 1 bit, four equal tokens have 2, and V equal tokens have log2 V. That is the most
# that V tokens can have. What is the limit for twenty?

# %% tags=["hide-input"]
predict(
    "5-max",
    "Twenty tokens, all equally likely. How many bits?",
    round(float(np.log2(20)), 2),
    unit="bits",
    tolerance=0.05,
    explain="Not 1. Four heads in a row are one chance in 16, and 20 is a little more than 16.",
)

# %%
for V in (2, 4, 10, 20, 49152):
    print(
        f"{V:6,} equal tokens: {entropy(np.full(V, 1 / V)):5.2f} bits, at most"
    )

# %% [markdown]
# Turn it round: 2 to the entropy is the number of *equal* tokens that would be as undecided. That
# is the **perplexity**, the effective number of choices.

# %%
for name, p in (("A", A), ("B", B), ("ten tokens", probs)):
    print(
        f"{name:10} {entropy(p):.2f} bits = {2 ** entropy(p):.2f} equal choices of {len(p)}"
    )

# %% [markdown]
# A has three tokens and is as open as a choice between one and a half. The ten tokens are as open
# as six. Make them five.

# %%
curve_explorer(
    tokens,
    logits,
    measures=("perplexity", "entropy"),
    goal=Goal(
        "Find T where ten tokens are five choices", "perplexity", 5, 0.05
    ),
    title="Should I approve this request?",
)

# %% tags=["hide-input"]
swept = sweep(
    tokens, logits, [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5]
)
ten_tokens = plots.Numbers(
    "The ten tokens against temperature.",
    {
        "T": swept["temperatures"],
        "P(top)": swept["top"],
        "entropy, bits": swept["entropy"],
        "perplexity": 2 ** swept["entropy"],
    },
)
display(ten_tokens)

# %% [markdown]
# **High or low?** Guides give bands, such as "below 1 low, 1 to 3 medium, 3 to 4 highly random".
# One text prints those in a figure and others (1 and 2.5) in its summary. For ten tokens the top of
# the first set cannot be reached, since 4 is more than the most that ten tokens can have. Some divide by
# log2 V instead, the most that V tokens can have. That number changes when impossible tokens are added:
# the last row below is the ten tokens again, in a vocabulary of 49,152. Another number does not. It is 2
# to the power of the entropy: so many equal choices would be as undecided.

# %%
once, name = recorded("Once upon a time"), recorded("My name is")
rows = {
    "ten tokens, T = 0.5": softmax(logits / 0.5),
    "ten tokens, T = 1": probs,
    "Once upon a time": softmax(once.logits),
    "My name is": softmax(name.logits),
    "ten tokens, padded": np.pad(probs, (0, 49_152 - 10)),
}
for label, p in rows.items():
    part = entropy(p) / np.log2(len(p))
    print(
        f"{label:20} {entropy(p):5.2f} bits, {100 * part:3.0f} % of the most, "
        f"{2 ** entropy(p):6.1f} choices"
    )

# %% [markdown]
# The number of choices is called **perplexity**. This course says *low* below 2 choices (1 bit), *high*
# above 16 (4 bits), and *medium* between them. Ten tokens can never be high, and that is as it should be.
#
# **Exercise 5.6 now.** Write `perplexity`. Afterwards the lesson uses the library's.

# %%
from logitlab import perplexity

print(f"{perplexity(A):.2f} and {perplexity(np.full(10, 0.1)):.2f}")

# %% [markdown]
# ### Step 5 · Bits and nats
#
# With the natural logarithm in place of log2 the unit is the **nat**. One nat is 1.4427 bits, and the
# same distribution has *fewer* nats than bits. PyTorch, TensorFlow and SciPy give nats unless told
# otherwise. So a number without its unit is worth little.
#
# The figure of lesson 1, step 9, was first published with these titles. The logits are the same.

# %%
twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
titles = {0.1: "-0.00", 0.5: "0.07", 1.0: "1.24", 2.0: "2.62", 5.0: "2.95"}
for T, title in titles.items():
    print(f"published: T = {T}, Entropy = {title} bits")

# %% [markdown]
# Two things can be seen without computing. One title is negative. And at T = 5 twenty tokens should
# be near their limit of 4.32 bits, but 2.95 is far below it.
#
# **Exercise 5.7 now**, before you run the next cell. Which unit is it?

# %%
for T, title in titles.items():
    p = softmax(twenty / T)
    print(
        f"T = {T}: printed {title:>5}, true {entropy(p):.2f} bits or {entropy(p, base=np.e):.2f} nats"
    )
print(f"1 nat = {1 / np.log(2):.4f} bits, ln 20 = {np.log(20):.2f} nats")

# %% [markdown]
# Nats, labelled as bits. The curve looks the same in both units, which is why nobody noticed. The
# negative zero is the tiny number of step 3. This course prints bits unless a sentence says nats;
# training losses are nats nearly everywhere.
#
# ### Step 6 · The top token is not enough
#
# Many tools show one number for confidence, the top probability. Two distributions:

# %%
a = np.array([0.5, 0.5, 0.0, 0.0])
b = np.array([0.5, 1 / 6, 1 / 6, 1 / 6])

# %% tags=["hide-input"]
predict(
    "5-same-top",
    "Both have a top token of 50 %. a has 1 bit. And b?",
    round(entropy(b), 2),
    unit="bits",
    tolerance=0.1,
    explain="One bit to learn whether the top token comes. In the other half of the cases you still have "
    "three equal tokens, log2 3 = 1.58 bits, to tell apart.",
)

# %%
print(f"a {entropy(a):.2f} bits, b {entropy(b):.2f} bits")
print(f"1 + log2(3) / 2 = {1 + np.log2(3) / 2:.2f}")

# %% [markdown]
# The last line is a law: **entropy can be taken in stages**. First which group, then, as often as
# you get there, which member. It is how you estimate a large distribution in your head.
#
# The real model, twice near one half:

# %%
for prompt in (
    "Monday, Tuesday, Wednesday,",
    "In the orchard he picked a ripe",
):
    p = softmax(recorded(prompt).logits)
    print(
        f"{p.max():.2f} on top, {entropy(p):.2f} bits, {perplexity(p):5.1f} choices  {prompt}"
    )

# %% [markdown]
# About the same top, and three times the choices. **Exercise 5.2 now**, four predictions.
#
# ### Step 7 · Entropy against temperature
#
# In lesson 1 you saw that entropy rises with T. The top probability falls as it rises, in mirror
# image. Check that they agree: wherever one curve is steep, so is the other.

# %%
curve_explorer(
    tokens,
    logits,
    measures=("top", "entropy"),
    goal=Goal(
        "Find T where the entropy is half of its maximum",
        "entropy",
        float(np.log2(10) / 2),
        0.02,
    ),
    title="Ten tokens against temperature",
)

# %% tags=["hide-input"]
display(ten_tokens)

# %% tags=["hide-input"]
predict(
    "5-double",
    "At T = 0.5 the ten tokens have 1.71 bits. How many at T = 1?",
    round(entropy(probs), 2),
    unit="bits",
    tolerance=0.1,
    explain="Twice the temperature is not twice the entropy: 3.43 would be more than ten tokens can have.",
)

# %% [markdown]
# How fast does it rise? There is an exact answer, and it is short. In nats,
#
# > the slope of the entropy at T is **the variance of the logits, divided by T cubed**.
#
# The variance is taken under the distribution at T: each logit counts with its probability. A
# variance cannot be negative, so entropy never falls when T rises. And when all tokens that matter
# have about the same logit, T does nothing.
#
# Test it: move T by a thousandth, both ways.

# %%
print("T     entropy  formula  by moving T (nats for each 1 of T)")
for T in (0.25, 0.5, 1.0, 2.0, 4.0):
    p = softmax(logits / T)
    variance = (p * logits**2).sum() - (p * logits).sum() ** 2
    above, below = (
        entropy(softmax(logits / (T + h)), np.e) for h in (1e-3, -1e-3)
    )
    print(
        f"{T:<4} {entropy(p, np.e):8.4f} {variance / T**3:8.4f} {(above - below) / 2e-3:8.4f}"
    )

# %% tags=["hide-input"]
fine = np.arange(5, 401) / 100
slopes = []
for T in fine:
    p = softmax(logits / T)
    variance = (p * logits**2).sum() - (p * logits).sum() ** 2
    slopes.append(variance / T**3 / np.log(2))
steepest = float(fine[np.argmax(slopes)])
fig, alt = plots.curves(
    fine,
    {"slope, bits for each 1 of T": slopes},
    xlabel="T",
    ylabel="slope",
    title="How fast entropy grows with T",
)
display(
    predict(
        "5-steep",
        "At which T does the entropy of the ten tokens rise fastest?",
        round(steepest, 2),
        tolerance=0.1,
        explain="Early. The first thing to happen is that reject, only 0.4 behind, joins approve. The others "
        "follow at higher T, and more slowly.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %%
print(f"steepest at T = {steepest:.2f}: {max(slopes):.1f} bits for each 1 of T")
for T in (1, 2, 4):
    print(f"at T = {T}: {np.interp(T, fine, slopes):.2f}")

# %% [markdown]
# From T = 2 on the dial hardly does anything to these ten, because they are nearly equal. Where it
# does something depends on the logits.
#
# People turn T up for *creativity*. What T sets is entropy, and
# stories were found to become a little more novel and less coherent as it rises (lesson 1, step
# 13). In a narrow band more entropy reads as more ideas. Above it, as noise.
#
# **Exercises 5.5 and 5.8 now.** Entropy from logits, and the slope.
#
# ### Step 8 · Along a text
#
# Every place of a text has a distribution of its own. Here is one text that the model wrote, at
# T = 1. For each place there are two numbers: the **entropy**, what surprise the model expected,
# and the **surprisal**, what it got.

# %%
texts = recorded_texts()
one = texts[0]
places = np.arange(1, len(one.tokens) + 1)
print(one.prompt + "".join(one.tokens))

# %%
plots.show(
    *plots.curves(
        places,
        {"entropy": one.entropy, "surprisal": one.surprisal},
        xlabel="place",
        ylabel="bits",
        title="Expected and met, token by token",
        markers=True,
        tokens=one.tokens,
    )
)

# %% [markdown]
# Entropy moves up and down: high where a new thought begins, near 0 where one token is all but certain.
# Surprisal jumps around it. At any one place the two differ. What about their averages?

# %% tags=["hide-input"]
# Over all places of all texts of one setting.


def averages(setting):
    chosen = [t for t in texts if t.setting == setting]
    return [
        float(np.mean(np.concatenate([getattr(t, what) for t in chosen])))
        for what in ("entropy", "surprisal")
    ]


at_one = averages("T = 1")
predict(
    "5-average",
    f"Over all 32 texts written at T = 1 the mean entropy is {at_one[0]:.2f} bits. And the mean surprisal?",
    round(at_one[1], 2),
    unit="bits",
    tolerance=0.3,
    explain="The model drew from its own distribution, so on average it is as surprised as it expected, up "
    "to chance. That is what entropy means: expected surprisal.",
)

# %%
for setting in ("T = 1", "T = 1.5", "T = 1.5, then k = 40"):
    expected, met = averages(setting)
    print(f"{setting:21} entropy {expected:5.2f}  surprisal {met:5.2f}")
gaps = np.concatenate(
    [np.subtract(t.surprisal, t.entropy) for t in texts if t.setting == "T = 1"]
)
print(
    f"T = 1: gap {gaps.mean():.2f}, by chance about ±{gaps.std() / len(gaps) ** 0.5:.2f}"
)

# %% [markdown]
# At T = 1 they agree as far as chance allows. At T = 1.5 the draw is hotter than the model, and the
# text surprises its own author at every turn. So a wide gap tells you that a text was not drawn
# from that model at T = 1. No gap tells you less: with k = 40 the draw is hot *and* cut, and the
# two happen to balance.

# %%
calmest = min(np.mean(t.surprisal) for t in texts if t.setting == "T = 1")
text_explorer(
    [t for t in texts if t.setting in ("T = 1", "T = 1.5")],
    goal=Goal("Find the calmest text at T = 1", "mean", float(calmest), 0.01),
    title="What the model wrote",
)

# %% [markdown]
# ### Step 9 · Shannon's game
#
# How much entropy has English? In 1951 Claude Shannon had no model, so he used people. He showed
# the beginning of a text and let them guess the next letter until they were right. The number of
# guesses measures what they knew.
#
# Your turn, with tokens instead of letters: words and punctuation marks. The model has played
# already. It guesses its likeliest token first, then the second, and so on. After each token you
# see what it needed.

# %%
game = recorded_game()
guessing_game(
    "The old man opened the",
    game[4:33],
    goal=Goal("Guess eight tokens at the first try", "first", 8, 0),
    title="An old man at the door",
)

# %% [markdown]
# The marks below the words: a thick line for a first guess, a thin one for a later guess, dots
# where you asked. Where did you beat the model, and where did it beat you? People win on sense
# (what does one take along when it is cold?), the model on grammar.
#
# Now the whole text, of which you saw a part.

# %%
bits = np.array([place.bits for place in game])
ranks = np.array([place.rank for place in game])
letters = sum(len(place.token) for place in game)
print("The" + "".join(place.token for place in game))
print(f"{len(game)} tokens, {letters} characters, {bits.sum():.0f} bits")
print(f"first guess right: {(ranks == 1).sum()}, most guesses: {ranks.max()}")

# %% tags=["hide-input"]
predict(
    "5-letter",
    "With 27 equal symbols (a to z and the space) a character would have log2 27 = 4.75 bits. How many "
    "bits a character does the model need here?",
    round(float(bits.sum() / letters), 2),
    unit="bits",
    tolerance=0.3,
    explain="A fifth of 4.75. The rest was foreseeable, even for a small model.",
)

# %%
print(f"{bits.sum() / letters:.2f} of {np.log2(27):.2f} bits a character")
print(f"{bits.sum() / len(game):.1f} bits a token")
print(f"perplexity {2 ** (bits.sum() / len(game)):.0f}")

# %% [markdown]
# Shannon found [between 0.6 and 1.3 bits a
# letter](https://doi.org/10.1002/j.1538-7305.1951.tb01366.x) with 100 letters of context. He had people
# guess until they were right and worked out bounds from the number of guesses; we read the model's
# probabilities. One easy text of 51 tokens proves nothing, and ours has capitals and commas that his had
# not. So compare the size and no more.
#
# The mean surprisal of the true next token is also the training loss of every language model. Two to its
# power, 15 here, is the **perplexity of the text**, which papers report: at each token the model was as
# surprised as by a draw from that many equal choices.
#
# ### Step 10 · The price of a wrong distribution
#
# Mean surprisal has two parts. Let tokens come from p, and let the model believe q. Its surprise
# is -log2 q on average. That is the **cross-entropy**. What it has above the entropy of p is the price of
# believing q, the **KL divergence**.

# %%
p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
print(f"entropy of p   {(p * -np.log2(p)).sum():.3f}")
print(f"cross-entropy  {(p * -np.log2(q)).sum():.3f}")
print(f"the price      {(p * (np.log2(p) - np.log2(q))).sum():.3f}")

# %% [markdown]
# **Exercise 5.9 now.** Write `kl_divergence`. In lesson 6 it is what a student learns from.

# %%
from logitlab import cross_entropy, kl_divergence

print(f"{kl_divergence(p, q):.3f} {cross_entropy(p, q):.3f}")

# %% tags=["hide-input"]
predict(
    "5-direction",
    "Now tokens come from q, the fair coin, and the model believes p. Is the price the same 0.531 bits?",
    "no, higher" if kl_divergence(q, p) > kl_divergence(p, q) else "no, lower",
    choices=("yes", "no, higher", "no, lower"),
    explain=f"{kl_divergence(q, p):.3f} bits. Half of the time the token comes that p had nearly ruled out. "
    "The first argument is where tokens come from.",
)

# %%
print(f"{kl_divergence(q, p):.3f}")
print("p rules out what comes:", kl_divergence([0.5, 0.5], [1.0, 0.0]))

# %% [markdown]
# If q gives 0 to something that happens, the price is infinite. Softmax never gives exactly 0; a top-k or
# top-p cut does. So measure a model without its cuts.
#
# ### Step 11 · Two models, one score
#
# Two models answer yes-or-no questions. One says the right answer with 51 %, the other with 99 %,
# every time. Most leaderboards take the largest probability and count.

# %% tags=["hide-input"]
predict(
    "5-accuracy",
    "By how many points does the accuracy of the two differ?",
    0,
    unit="points",
    explain="None. Both are always right. Accuracy looks at the order alone, which is also why T cannot "
    "change it.",
)

# %%
from logitlab import brier, expected_calibration_error

for sure in (0.51, 0.99):
    answers = np.tile([sure, 1 - sure], (100, 1))
    right = np.zeros(100, dtype=int)
    print(
        f"{sure:.2f}  accuracy {(answers.argmax(1) == right).mean():.0%}"
        f"  log loss {-np.log(answers[:, 0]).mean():.3f} nats"
        f"  Brier {brier(answers, right):.4f}"
        f"  calibration error {expected_calibration_error(answers, right):.2f}"
    )

# %% [markdown]
# Three scores look at the whole distribution.
#
# - **Log loss**: mean surprisal of the right answer, in nats by custom. A confident mistake is punished
#   without limit.
# - **Brier score**: squared distance from the truth. A mistake costs at most 2.
# - **Calibration error**: how far stated confidence is from the share that was right. The first model says
#   51 % and is always right, so it is off by 49 points. It is too modest.
#
# Being calibrated is not being good. A forecaster who says the yearly average every day is
# calibrated and useless. You want both.
#
# **Exercise 5.10 now.** Write the log loss.
#
# ### Step 12 · Does the model know what it knows?
#
# This course brings 200 questions of its own, with four answers each. The model read every question
# and scored each answer, on its own, by the log-probability of its tokens, added up. Softmax over
# the four scores is its choice. (An answer of many tokens pays for each of them; most of ours have
# one.)

# %%
asked = recorded_answers()
for i in (0, 2, 39):
    p = softmax(asked.scores[i])
    print(asked.questions[i])
    for j in np.argsort(-p):
        mark = "right" if j == asked.labels[i] else ""
        print(f"    {p[j]:.2f} {asked.answers[i][j]:10} {mark}")

# %% [markdown]
# Split them: every second question to *fit* with, the others to *test* on. Keep the two apart; what
# was fitted on a question cannot be tested on it.

# %%
fit_scores, fit_labels = asked.scores[0::2], asked.labels[0::2]
test_scores, test_labels = asked.scores[1::2], asked.labels[1::2]
fit_probs = softmax(fit_scores)
print(f"fit half: {(fit_probs.argmax(1) == fit_labels).mean():.0%} right")

# %% tags=["hide-input"]
predict(
    "5-confidence",
    "It is right on 55 % of the fit half. How sure is it on average: what is its mean top probability?",
    round(100 * float(fit_probs.max(axis=1).mean()), 1),
    unit="%",
    tolerance=5,
    explain="It claims more than it holds: it is overconfident, as many neural networks are.",
)

# %% [markdown]
# The picture for this is a **reliability diagram**. Sort the answers into bins by confidence, and
# draw for each bin the share that was right. On the dashed line the model is right as often as it claims.
# Below it the model claims too much.
#
# The knob for it is one that you know. Divide all scores
# by one T. Above 1 every choice becomes more modest, and no answer changes. Fit T by hand: find the
# smallest log loss.

# %% tags=["hide-input"]
grid = np.geomspace(0.2, 10, 800)


def log_loss(scores, labels, T):
    p = softmax(scores / T)
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


def fitted(scores, labels):
    return float(grid[np.argmin([log_loss(scores, labels, T) for T in grid])])


best = fitted(fit_scores, fit_labels)
fig, _ = plots.reliability({"T = 1": fit_probs}, fit_labels)
display(
    calibration_explorer(
        fit_scores,
        fit_labels,
        goal=Goal(
            "Bring the log loss as low as it goes",
            "loss",
            log_loss(fit_scores, fit_labels, best),
            0.0003,
        ),
        title="A hundred answers of the model",
        temperature_range=(0.25, 4.0),
    ),
    fig.numbers,
)

# %% [markdown]
# **Exercise 5.11 now**, before you run the next cell: write `fit_temperature`.

# %%
print(f"T = {best:.2f}")
for T in (1.0, best):
    p = softmax(test_scores / T)
    print(
        f"test half, T = {T:.2f}: {(p.argmax(1) == test_labels).mean():.0%} right, "
        f"confidence {100 * p.max(axis=1).mean():.1f} %, "
        f"log loss {log_loss(test_scores, test_labels, T):.3f} nats,\n    "
        f"Brier {brier(p, test_labels):.3f}, "
        f"calibration error {expected_calibration_error(p, test_labels, 10):.3f}"
    )

# %%
plots.show(
    *plots.reliability(
        {
            "before, T = 1": softmax(test_scores),
            f"after, T = {best:.2f}": softmax(test_scores / best),
        },
        test_labels,
    )
)

# %% [markdown]
# On questions that the fit never saw, confidence came down from 71.8 % to 57.0 %, next to the 56 %
# that are right. Accuracy is the same, to the last answer. All three scores are lower.
#
# How firm is that, with 100 questions in each half? Draw the hundred again from themselves, with
# replacement, fit and test each time, and look at the spread. This is a *bootstrap*.

# %%
rng = np.random.default_rng(0)
coarse, gains, ece_gains, Ts = np.geomspace(0.8, 4, 60), [], [], []
for _ in range(400):
    i, j = rng.integers(0, 100, (2, 100))
    losses = [log_loss(fit_scores[i], fit_labels[i], T) for T in coarse]
    T = coarse[np.argmin(losses)]
    Ts.append(T)
    gains.append(
        log_loss(test_scores[j], test_labels[j], 1)
        - log_loss(test_scores[j], test_labels[j], T)
    )
    before, after = (
        expected_calibration_error(
            softmax(test_scores[j] / t), test_labels[j], 10
        )
        for t in (1, T)
    )
    ece_gains.append(before - after)
for what, values in (
    ("T", Ts),
    ("gain in log loss", gains),
    ("gain in calibration error", ece_gains),
):
    low, middle, high = np.percentile(values, [2.5, 50, 97.5])
    print(f"{what:26} {middle:.2f}, 95 % between {low:.2f} and {high:.2f}")

# %% [markdown]
# That T should be above 1 and that log loss falls is fairly sure; the sizes are not. For the calibration
# error not even the direction is sure: its interval holds 0. And it could not have gone to 0. Suppose the
# model were perfectly calibrated, so that each answer is right as often as it says. What would a hundred
# answers show?

# %%
perfect = softmax(test_scores / best)
errors = []
for _ in range(1000):
    drawn = (rng.random((100, 1)) > perfect.cumsum(axis=1)).sum(axis=1)
    errors.append(expected_calibration_error(perfect, np.minimum(drawn, 3), 10))
low, high = np.percentile(errors, [5, 95])
print(
    f"perfectly calibrated: {np.mean(errors):.3f} on average, "
    f"90 % between {low:.3f} and {high:.3f}"
)

# %% [markdown]
# About 0.10, from chance alone: each bin holds few answers, and chance moves them all away from the line.
# The calibration error is biased upwards, the more so the fewer answers there are. So the 0.113 after the
# fit is what a calibrated model looks like here.
#
# And the diagram after the fit is not a straight line: one number turns all confidences down
# together and cannot repair a single bin.
#
# [Guo and others (2017)](https://arxiv.org/abs/1706.04599) found that one temperature took an image
# classifier's calibration error from 16.5 % to 1.3 %, and gave the method its
# name, *temperature scaling*. It is the T of lesson 1, except that nobody chose it: it was measured.
#
# These are four answers that we wrote. The calibrated T belongs to this model, these
# questions and this way of asking. It is not a good T for writing stories.
#
# ### Step 13 · The entropy of a sample is too low
#
# You often have no probabilities, only counts: a thousand answers of a model behind an API. Then
# you put frequencies in place of probabilities. `run_experiment` from lesson 1 gives both. Five
# samples of 50:

# %%
from logitlab import run_experiment

equal = [f"token {i}" for i in range(10)]
for seed in range(5):
    r = run_experiment(
        equal, np.zeros(10), 1.0, 50, np.random.default_rng(seed)
    )
    print(f"true {r['entropy']:.2f}, of the sample {r['sample_entropy']:.2f}")

# %% [markdown]
# Below the truth, every time. Chance makes some tokens more frequent than others, and uneven always
# means less entropy. It never errs the other way here, since 3.32 is the most there is.

# %% tags=["hide-input"]
draws = np.random.default_rng(0).multinomial(50, np.full(10, 0.1), size=4000)
of_samples = entropy(draws / 50)
predict(
    "5-bias",
    "Ten equal tokens have 3.32 bits. What is the average over 4,000 samples of 50?",
    round(float(of_samples.mean()), 2),
    unit="bits",
    tolerance=0.03,
    explain="This is a bias, not a spread: more samples of 50 do not help. A larger sample does.",
)

# %%
for n in (20, 50, 200, 1000):
    c = np.random.default_rng(0).multinomial(n, np.full(10, 0.1), size=4000)
    h = entropy(c / n)
    m = (c > 0).sum(axis=1)
    corrected = h + (m - 1) / (2 * n * np.log(2))
    print(
        f"n = {n:<4} sample {h.mean():.3f}  corrected {corrected.mean():.3f}  true {np.log2(10):.3f}"
    )

# %% [markdown]
# The bias is about (V - 1) / (2 n ln 2) bits, so it can be added back. With m, the number of tokens
# seen, in place of V, that is the **Miller-Madow correction**. At n = 50 it removes nearly all of
# the error.
#
# It is no cure where most tokens are never seen. The real model, 1,000 draws after *My name is*:

# %%
p = softmax(name.logits)
counts = np.random.default_rng(0).multinomial(1000, p / p.sum())
h = entropy(counts / 1000)
m = (counts > 0).sum()
fixed = h + (m - 1) / (2000 * np.log(2))
print(
    f"true {entropy(p):.2f}, of the sample {h:.2f}: {entropy(p) - h:.1f} too low"
)
print(
    f"{m} tokens seen, corrected {fixed:.2f}: still {entropy(p) - fixed:.1f} too low"
)

# %% [markdown]
# A thousand draws, and 1.6 bits are missing; 1.3 after the correction. If you can get the
# probabilities, use them. An "entropy" that was made from samples should say how many.
#
# **Exercise 5.12 now.** Then 5.13, in your own words.
#
# **Your own prompt.** With the model installed (`make model`, once):

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
text = "The old man opened the door and a penguin walked in."
ids = model.encode(text)
rows = softmax(model.logits(ids, all_positions=True))
for row, i in zip(rows, ids[1:], strict=False):
    print(
        f"{entropy(row):5.1f} expected, {surprisal(float(row[i])):5.1f} met  {model.tokens[i]!r}"
    )

# %% [markdown]
# ## Published, but is it right?
#
# Eight sentences about entropy. Some are right. What can be computed is computed in the cell.

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
two = softmax(logits / 2)
rising = np.diff([entropy(softmax(logits / T)) for T in fine]).min() > 0
quiz(
    [
        predict(
            "5-pub-bits",
            "In machine learning entropy is measured in bits, because the common definition uses base 2.",
            "wrong",
            explain="The common libraries use the natural logarithm and give nats. 1 bit is "
            f"{np.log(2):.4f} nat.",
            **verdict,
        ),
        predict(
            "5-pub-max",
            "The maximum entropy of 20 tokens is 4.32 bits.",
            "right" if round(float(np.log2(20)), 2) == 4.32 else "wrong",
            explain="log2 20, when all are equal.",
            **verdict,
        ),
        predict(
            "5-pub-winner",
            "(0.9, 0.05, 0.05) and (0.4, 0.4, 0.2) both have a clear winner.",
            "right" if (np.sort(B)[-1] > np.sort(B)[-2]) else "wrong",
            explain="The second is a tie.",
            **verdict,
        ),
        predict(
            "5-pub-rising",
            "Temperature adds nothing: it modulates how much of its uncertainty the distribution shows, and entropy "
            "rises with it.",
            "right" if rising else "wrong",
            explain="The slope is a variance over T cubed, so it is never negative. The ten tokens have "
            f"{entropy(softmax(logits / 0.5)):.2f}, {entropy(probs):.2f} and {entropy(two):.2f} bits at "
            "T = 0.5, 1 and 2.",
            **verdict,
        ),
        predict(
            "5-pub-two",
            "At T = 2 the ten tokens have an entropy of 2.891.",
            "right"
            if round(entropy(two), 3) == 2.891
            or round(entropy(two, np.e), 3) == 2.891
            else "wrong",
            explain=f"{entropy(two):.3f} bits or {entropy(two, np.e):.3f} nats. As nats 2.891 would be more than ten "
            f"tokens can have, {np.log(10):.3f}.",
            **verdict,
        ),
        predict(
            "5-pub-benchmark",
            "A model at 51/49 and a model at 99/1 score the same on a benchmark that takes the argmax.",
            "right"
            if np.argmax([0.51, 0.49]) == np.argmax([0.99, 0.01])
            else "wrong",
            explain="Their log losses are "
            f"{-np.log(0.51):.3f} and {-np.log(0.99):.3f} nats, their entropies "
            f"{entropy([0.51, 0.49]):.4f} and {entropy([0.99, 0.01]):.4f} bits.",
            **verdict,
        ),
        predict(
            "5-pub-never",
            "Almost every benchmark takes the argmax, and the distribution itself is never looked at.",
            "wrong",
            explain="True of accuracy tables, wrong as *never*: perplexity, scoring of answers by "
            "log-probability, Brier and calibration all read the distribution.",
            **verdict,
        ),
        predict(
            "5-pub-more",
            "The higher T is, the more of what the model knows becomes visible.",
            "wrong" if entropy(softmax(twenty / 1000)) > 4.321 else "right",
            explain="Up to a point. At T = 1000 the twenty tokens have "
            f"{entropy(softmax(twenty / 1000)):.4f} of {np.log2(20):.4f} bits: all are equal, and nothing is visible.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# ## Common misconceptions
#
# - *Entropy is at most 1.* It is at most log2 V. One bit is the most for two tokens.
# - *Low entropy means right.* It means sure. Step 12 shows a model that is sure of Sydney.
# - *The top probability says it all.* The rest can be one rival or a thousand strangers.
# - *Twice the temperature, twice the entropy.* It rises towards a ceiling.
# - *A small number in the logarithm is harmless.* It makes certainty negative.
# - *Perplexity is e to the bits.* 2 to the bits, or e to the nats.
# - *The entropy of many samples is the entropy.* It is lower, by about (V - 1) / (2 n ln 2).
# - *Calibrating makes a model better.* It makes it honest. Not one answer changes.
#
# ## What to remember
#
# | | of | formula | least | most |
# |---|---|---|---|---|
# | surprisal | one token | −log2 p | 0 | no limit |
# | entropy | a distribution | mean surprisal | 0, certain | log2 V, all equal |
# | perplexity | a distribution | 2^entropy | 1 | V |
# | cross-entropy | p, believed to be q | mean of −log2 q | entropy of p | no limit |
# | KL divergence | p, believed to be q | the difference of the two | 0 | no limit |
#
# **Temperature controls, entropy measures.** It counts how open a distribution is. Whether that
# openness is justified, only the truth can tell you, and log loss asks it.
#
# Your guesses, largest surprise first.

# %% tags=["hide-input"]
surprises("5-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/05_entropy.ipynb), if you have not done them on the way.
#
# A distribution holds more than its answer.
# [Lesson 6, *Distillation*](06_distillation.ipynb), hands all of it to a student.
#
# [Course home](../book/index.md)
