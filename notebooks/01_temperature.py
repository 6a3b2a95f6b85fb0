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
# # 1 · Temperature
#
# {{ path }}
#
# You need a little Python with NumPy. Each cell runs with Shift + Enter.
#
# A language model does not choose a word. It scores every word it knows, all 49,152 of them in the
# model you will meet below, and something else draws one. Temperature is one number that acts
# between the scores and the draw.
#
# ## What you will be able to do
#
# - Turn scores into probabilities by hand, and say why the exponential is there.
# - Write `softmax_with_temperature` so that it survives huge scores and whole batches.
# - Say what a change of temperature can do to a distribution, and what it can never do.
# - Set a temperature for a reason, and find the wrong numbers in an article about it.

# %% tags=["hide-input"]
import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    curve_explorer,
    distribution_explorer,
    plots,
    predict,
    quiz,
    surprises,
)

# %% [markdown]
# ## Three questions first
#
# Each later lesson opens with questions on the earlier ones. This one asks what it builds on.
# Guess rather than skip: a wrong guess still helps you to remember the answer.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "1-powers",
            "Which is the same as e^(a − b)?",
            "e^a / e^b",
            choices=("e^a − e^b", "e^a / e^b", "e^(a / b)"),
            explain="Exponentials turn differences into ratios. The whole lesson rests on this.",
        ),
        predict(
            "1-zero",
            "What is e^0?",
            float(np.exp(0)),
            explain="So a score of 0 is nothing special: it gets a weight of 1, not of 0.",
        ),
        predict(
            "1-shares",
            "Three weights are 6, 3 and 1. You want shares that add to 1. What is the first share?",
            6 / (6 + 3 + 1),
            tolerance=0.001,
            explain="Divide each weight by the total. That step is called normalising.",
        ),
    ]
)

# %% [markdown]
# ## The lesson
#
# ### Step 1 · Ten scores
#
# A model has read *Should I approve this request?* Its last layer has compared what it has read
# with every token of its vocabulary and has given each token one score. We keep ten tokens.

# %%
from logitlab.data import STORY

for token, logit in STORY.items():
    print(f"{token:8} {logit:4}")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# These scores are **logits**. A logit is not a probability: some are negative, and they do not add
# to one.

# %%
print(f"smallest {logits.min()}, sum {logits.sum():.1f}")

# %% [markdown]
# Where do they come from? Each token read so far became a vector (an embedding). Layer after layer
# mixed those vectors. The last vector was multiplied with a matrix that has one row a token, and
# each product is that token's logit. Nothing in this makes the scores positive or fixes their sum.
#
# Two things can be read from logits, the order and the gaps. `approve` leads `reject` by 0.4.

# %% tags=["hide-input"]
weights = np.exp(logits)
predict(
    "1-hundred",
    "Out of 100 answers drawn from this model, how many will be approve?",
    round(100 * weights[0] / weights.sum(), 1),
    unit="of 100",
    tolerance=3,
    explain="The next cells work it out.",
)

# %% [markdown]
# ### Step 2 · From scores to probabilities, by hand
#
# Take only the first three tokens. Raise e to each logit, add up, divide.

# %%
e = np.exp([2.2, 1.8, 1.4])
print("weights      ", e.round(2))
print("total        ", e.sum().round(2))
print("probabilities", (e / e.sum()).round(3))

# %% [markdown]
# `approve` gets 47.2 %. A gap of 0.4 became odds of 1.49 to 1, because e^0.4 = 1.49. Nothing else
# about the two numbers mattered: add 100 to all three, and the probabilities stay.

# %%
print("odds", np.exp(0.4).round(2), "and", (e[0] / e[1]).round(2))
shifted = np.exp(np.array([2.2, 1.8, 1.4]) + 100)
print("probabilities after adding 100", (shifted / shifted.sum()).round(3))

# %% [markdown]
# Why the exponential, and not some other positive function? Because it turns gaps into ratios: the
# same gap means the same odds wherever it stands. Logits of 5 and 4 give odds of 2.72 to 1, and so
# do 1 and 0, or -3 and -4.

# %%
for a, b in [(5, 4), (1, 0), (-3, -4)]:
    print(f"logits {a:2} and {b:2}: odds {np.exp(a) / np.exp(b):.2f} to 1")

# %% [markdown]
# What you did is called **softmax**. It promises three things: every probability lies between 0
# and 1, they add to 1, and a larger logit never gets a smaller probability.
#
# **Exercises 1.1 to 1.3 now.** You calculate one distribution by hand, and write `softmax`. From
# here on the lesson uses the library's.

# %%
from logitlab import softmax

probs = softmax(logits)
for token, z, p in zip(tokens, logits, probs, strict=True):
    print(f"{token:9} {z:5.1f}  {p:.3f}  {'█' * round(60 * p)}")
print(f"{'total':9}        {probs.sum():.3f}")

# %% [markdown]
# So `approve` should come up 34.7 times in a hundred. How near was your guess?
#
# This table has been published with 0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01 and 0.01,
# and with the remark that the ten add up to exactly 1.0. Check the remark before you read on.

# %%
published = [0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01]
print(f"the published table adds to {sum(published):.2f}")

# %% [markdown]
# ### Step 3 · One division
#
# Now the dial. Temperature T is a positive number, and using it is one division: every logit is
# divided by T, **then** softmax runs.
#
# Dividing changes gaps. Look at the widest one, from `approve` to `close`.

# %%
for T in (0.5, 1.0, 2.0):
    scaled = logits / T
    print(
        f"T = {T}: first five {scaled[:5].round(2)}  gap {scaled[0] - scaled[-1]:.1f}"
    )

# %% [markdown]
# Half the temperature, twice the gap. Twice the temperature, half the gap. Since a gap becomes
# odds through e^gap, halving T *squares* every odds, and doubling T takes the square root.
#
# Here is the whole calculation at T = 0.5, on three tokens.

# %%
scaled = np.array([2.2, 1.8, 1.4]) / 0.5
e = np.exp(scaled)
print("scaled       ", scaled.round(1))
print("weights      ", e.round(1), "total", e.sum().round(1))
print("probabilities", (100 * e / e.sum()).round(1), "%")

# %% [markdown]
# At T = 1 `approve` had 47.2 %, at T = 0.5 it has 60.6 %. Now T = 2, with fewer steps shown: first
# guess on which side of 47.2 % `approve` will be.

# %%
scaled = np.array([2.2, 1.8, 1.4]) / 2
e = np.exp(scaled)
print("weights      ", e.round(2), "total", e.sum().round(3))
print("rounded weights add to", e.round(2).sum().round(2))
print("probabilities", (100 * e / e.sum()).round(1), "%")

# %% [markdown]
# 40.2 %. If you add the rounded weights on paper you get 7.47 as total, and the machine's 7.478
# rounds to 7.48. Both are right; they were rounded at different moments. The percentages agree.
#
# Last, with no steps shown: choose a T, do it on paper, then change the number below and run the
# cell.

# %%
T = 3.0
print((100 * softmax(np.array([2.2, 1.8, 1.4]) / T)).round(1), "%")

# %% [markdown]
# **Exercises 1.4 and 1.5 now.** Write `softmax_with_temperature(logits, temperature=1.0)`. The
# lesson goes on with the library's two pieces: `temperature` divides, `softmax` normalises.

# %%
from logitlab import temperature

print(softmax(temperature(logits, 0.5)).round(3))

# %% [markdown]
# ### Step 4 · The dial in your hand
#
# The bars are the ten tokens. The slider is T. Before you touch it, commit to a number.

# %% tags=["hide-input"]
predict(
    "1-half",
    "approve has 34.7 % at T = 1. What will it have at T = 0.5?",
    round(100 * softmax(logits / 0.5)[0], 1),
    unit="%",
    tolerance=3,
    explain="Twice 34.7 is a fair guess and a wrong one. Odds are squared, not probabilities "
    "doubled, and squared odds must still share a total of 1.",
)

# %%
distribution_explorer(
    tokens,
    logits,
    goal=Goal("Find T where the entropy is 2.0 bits", "entropy", 2.0, 0.05),
    title="Should I approve this request?",
)

# %% [markdown]
# *Entropy* is how undecided the distribution is, in bits: 0 when one token has everything, 1 for a
# fair coin, and log2 10 = 3.32 when all ten are equal. Lesson 5 takes it apart. Here it is a needle
# that moves with T. Perplexity says the same as a number of choices: 2 bits are as undecided as 4
# equal choices.
#
# "High temperature means more random" is true and explains nothing. Division changes gaps, gaps set
# odds, and probability gathers on the top token or spreads away from it. No noise was added: the
# faces of the die changed size. (Step 7 has another way to draw, in which T *is* the size of a noise.
# Both give the same shares.)

# %%
print(f"log2 10 = {np.log2(10):.2f}, 2 to the power of 2 = {2**2}")

# %% [markdown]
# ### Step 5 · Three regimes
#
# Four logits from a published sketch on a napkin, [2.0, 1.0, 0.5, 0.1]. The napkin says that the
# top class gets 73 % at T = 0.5, 46 % at T = 1, and 32 % at T = 2.

# %% tags=["hide-input"]
napkin = np.array([2.0, 1.0, 0.5, 0.1])
fig, alt = plots.temperature_bars(["a", "b", "c", "d"], napkin, [0.5, 1, 2])
display(
    predict(
        "1-napkin",
        "How many of the three percentages on the napkin (73, 46, 32) are right?",
        "none",
        choices=("none", "one", "two", "all three"),
        explain="The same logits give 82.8 %, 57.5 % and 40.6 %. The shape of the story is "
        "right, every number in it is wrong. Three divisions would have shown it.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# Now push T to its ends.

# %%
for T in (0.01, 0.1, 1, 10, 100, 1e6):
    print(f"T = {T:<9g} {softmax(temperature(napkin, T)).round(4)}")

# %% [markdown]
# - **T towards 0**: everything on the largest logit. This is *greedy* decoding. If two logits tie
#   for the first place, they share.
# - **T = 1**: the distribution that the model was trained to give. Nothing is divided.
# - **T towards infinity**: all gaps vanish, all tokens are equal, and what the model knew is gone.
#
# Six tokens, with gaps as wide as a real model's, after *The sky is*:

# %%
sky_tokens = ["blue", "cloudy", "clear", "dark", "green", "cheese"]
sky = np.array([15.2, 10.1, 8.4, 6.2, 2.1, -4.8])
for T in (0.1, 1.0, 2.0):
    print(f"T = {T}")
    for token, p in zip(sky_tokens, softmax(temperature(sky, T)), strict=True):
        print(f"  {token:7} {p:11.2g}  {'█' * round(40 * p)}")

# %% [markdown]
# An article that uses these six says that `cheese` "goes from 0.1 %" at T = 1 to something at T = 2.
# Read the column: at T = 1 it is 2e-09, two in a thousand million. At T = 2 it is 4e-05, which is
# 20,000 times more and still less than the 0.1 % it was said to start from.
#
# So a raised temperature multiplies the tail by huge factors, from almost nothing. That matters when
# the tail is long, and a real one holds tens of thousands of tokens.

# %%
cheese = [softmax(temperature(sky, T))[-1] for T in (1.0, 2.0)]
print(
    f"{cheese[0]:.1g} to {cheese[1]:.1g}: {cheese[1] / cheese[0]:,.0f} times more"
)

# %% [markdown]
# ### Step 6 · What temperature cannot do
#
# One article keeps the ten tokens of this lesson and prints, for T = 2, a list with `optimize` at
# the top, "because noise and renormalisation can shift ranks". `optimize` is seventh at T = 1.

# %% tags=["hide-input"]
predict(
    "1-order",
    "Is there a temperature that puts optimize above approve?",
    "no",
    choices=("yes, above T = 2", "yes, far above T = 2", "no"),
    explain="Dividing two numbers by the same positive T keeps the larger one larger. Dividing two "
    "weights by the same total does too.",
)

# %% [markdown]
# A proof is two lines, above. A test is one loop: a thousand temperatures between 0.01 and 100, the
# order compared each time.

# %%
order = np.argsort(-logits)
temperatures = np.geomspace(0.01, 100, 1000)
kept = [
    np.array_equal(np.argsort(-softmax(temperature(logits, T))), order)
    for T in temperatures
]
print(f"order kept at {sum(kept)} of {len(kept)} temperatures")

# %% [markdown]
# What *can* happen is that a small sample comes out in another order. At T = 2 the true share of
# `optimize` is 6 %, of `approve` 21 %. Draw 20 tokens, and now and then `optimize` leads. Draw 1,000
# and it does not happen.

# %%
rng = np.random.default_rng(0)
p2 = softmax(temperature(logits, 2.0))
print(f"approve {p2[0]:.3f}, optimize {p2[6]:.3f}")
for n in (20, 100, 1000):
    leads = (rng.multinomial(n, p2, size=20_000).argmax(axis=1) == 6).mean()
    print(
        f"{n:5} draws: optimize leads in {100 * leads:.2f} % of 20,000 samples"
    )

# %% [markdown]
# ### Step 7 · Drawing a token
#
# So far nothing was drawn. To draw, lay the probabilities end to end on a line of length 1, pick a
# point on the line at random, and see in whose piece it lies.

# %% tags=["hide-input"]
ends = np.cumsum(probs)
fig, alt = plots.staircase(tokens, probs, u=0.5)
display(
    predict(
        "1-land",
        f"approve fills the line from 0 to {ends[0]:.3f}. reject is next, with "
        f"{probs[1]:.3f}. In whose piece is the point 0.5?",
        tokens[int(np.searchsorted(ends, 0.5, side="right"))],
        choices=("approve", "reject", "review"),
        explain=f"reject ends at {ends[1]:.3f}, and 0.5 comes before that.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# This is *inverse CDF sampling*: add up the probabilities as you go, and stop at the first token
# whose running sum is larger than u.

# %%
rng = np.random.default_rng(1)
u = rng.random(1000)
drawn = np.searchsorted(np.cumsum(probs), u, side="right")
print("first ten:", [tokens[i] for i in drawn[:10]])
print(
    "approve:",
    (drawn == 0).sum(),
    "of 1000; expected",
    (1000 * probs[0]).round(1),
)

# %% [markdown]
# How far from 346.8 may an honest sample be? The standard deviation of a count is √(n p (1 − p)), here
# 15. Two of them on either side hold 95 % of samples.

# %%
n, p = 1000, probs[0]
sd = np.sqrt(n * p * (1 - p))
counts = rng.binomial(n, p, size=100_000)
inside = (np.abs(counts - n * p) < 2 * sd).mean()
print(f"deviation {sd:.1f}; {100 * inside:.0f} % of samples lie within two")

# %% [markdown]
# There is a second way, with no running sum. Add to each logit a random number of one special kind,
# called Gumbel noise, and take the **largest**. The winner is distributed exactly as softmax says.

# %%
noisy = logits + rng.gumbel(size=(100_000, 10))
share = np.bincount(noisy.argmax(axis=1), minlength=10) / 100_000
print("Gumbel ", share[:5].round(3))
print("softmax", probs[:5].round(3))

# %% [markdown]
# Temperature fits in here too: dividing the logits by T is the same as multiplying the noise by T.
# At T = 0 there is no noise, and the largest logit always wins.
#
# **Exercises 1.7 and 1.8 now.** Then the library's `run_experiment` computes the distribution, draws
# from it, and reports both.

# %%
from logitlab import run_experiment

for T in (0.1, 2.0):
    result = run_experiment(
        tokens, logits, T, n_samples=10_000, rng=np.random.default_rng(2)
    )
    print(f"=== T={T} ===  entropy {result['entropy']:.3f} bits")
    for i in range(10):
        print(
            f"{tokens[i]:9} {result['probs'][i]:.3f}  drawn {result['frequencies'][i]:.3f}"
        )

# %% [markdown]
# How to read such a printout, in this order:
#
# 1. The entropy. 0.134 of at most 3.32 bits: nearly decided. 3.111: nearly open.
# 2. The top line. How far is it from the second?
# 3. The column *drawn* against the column before it. About one row in three is off by more than one
#    standard deviation, about one in twenty by more than two. If many rows are, suspect the sampler,
#    not the model.
#
# The article of step 6 prints this experiment too, with other entropies. Do they belong to these
# logits, in bits or in nats?

# %%
from logitlab import entropy

for T, printed in [(0.1, 0.412), (2.0, 2.891)]:
    p = softmax(temperature(logits, T))
    print(
        f"T = {T}: printed {printed}, true {entropy(p):.3f} bits or {entropy(p, np.e):.3f} nats"
    )
print(f"1 nat is {1 / np.log(2):.3f} bits")

# %% [markdown]
# In neither. (A nat is another unit for the same thing, 1.443 bits. Lesson 5 has more.)
#
# Another story: *Customer says their order is late. Action:* and five tokens.

# %%
actions = ["escalate", "notify", "delay", "close", "optimize"]
late = np.array([2.5, 2.0, 0.8, -0.5, -1.2])
for T in (0.2, 1, 2):
    shares = softmax(temperature(late, T)).round(3).tolist()
    print(f"T = {T:<4}", dict(zip(actions, shares, strict=True)))

# %% [markdown]
# At T = 0.2 this desk escalates 92 times in a hundred. At T = 2 it does so 39 times, and six late
# orders in a hundred are *optimized*. Nobody wants that. A task with one right answer wants a low T.
#
# ### Step 8 · Why it is called temperature
#
# In a gas, a state with energy E is found with probability e^(−E/kT) / Z, where Z is the sum over
# all states. Boltzmann wrote it down in 1868. Put E = −logit and k = 1.

# %%
T = 0.7
energy = -logits
boltzmann = np.exp(-energy / T) / np.exp(-energy / T).sum()
print(
    "the same as softmax:",
    np.allclose(boltzmann, softmax(temperature(logits, T)), rtol=1e-12),
)

# %% [markdown]
# It is the same equation. A likely token is a state of low energy. Cold matter sits in its lowest
# state, hot matter is everywhere.
#
# Metal that is cooled slowly finds a better state than metal that is cooled at once. That is
# *annealing*, and it works for decisions too. Ten slot machines, each with its own unknown average.
# You pull 500 times, and pick by softmax of your estimates so far, divided by T.


# %%
def missed(schedule, runs=500, pulls=500, arms=10):
    """Reward missed per run, against always pulling the best arm."""
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(runs, arms))
    estimate, count, run = (
        np.zeros_like(mean),
        np.zeros_like(mean),
        np.arange(runs),
    )
    total = 0.0
    for step in range(pulls):
        arm = (
            estimate / schedule(step / pulls) + rng.gumbel(size=mean.shape)
        ).argmax(axis=1)
        count[run, arm] += 1
        reward = rng.normal(mean[run, arm])
        estimate[run, arm] += (reward - estimate[run, arm]) / count[run, arm]
        total += (mean.max(axis=1) - mean[run, arm]).mean()
    return total


# %% tags=["hide-input"]
schedules = {
    "cold, T = 0.05": lambda x: 0.05,
    "T = 0.3": lambda x: 0.3,
    "hot, T = 1": lambda x: 1.0,
    "cooled from 0.5 to 0.05": lambda x: 0.5 * 0.1**x,
    "cooled from 2 to 0.02": lambda x: 2 * 0.01**x,
}
losses = {name: missed(schedule) for name, schedule in schedules.items()}
predict(
    "1-bandit",
    "Which way of pulling misses the least reward?",
    min(losses, key=losses.get),
    choices=tuple(schedules),
    explain="Run the next cell for all five.",
)

# %%
for name, loss in losses.items():
    print(f"{name:24} misses {loss:5.1f}  {'█' * round(loss / 10)}")

# %% [markdown]
# Always cold: it falls for the first arm that paid. Always hot: it knows the best arm and still
# pulls the others. Cooling from 0.5 explores first and commits later, and beats every fixed
# temperature here. Cooling from 2 does worse than a good fixed one, because it wastes its first
# pulls. A schedule has to fit the scale of the rewards: *too hot* and *too cold* mean nothing apart
# from it.
#
# ### Step 9 · One figure, eight panels
#
# The same article has a figure that follows temperature through eight panels, on twenty tokens. It
# does not say which logits were drawn. Here they are.

# %%
twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
print(twenty.round(2))

# %% tags=["hide-input"]
fig, alt = plots.sweep_figure(twenty)
display(
    predict(
        "1-panels",
        "Token 0 leads the next token by more than 3. What is its probability at T = 5?",
        round(100 * softmax(twenty / 5)[0], 1),
        unit="%",
        tolerance=2,
        explain="Equal shares would be 5 %. The article that shows the figure says 15 %. At T = 1 it "
        "says 36 %, and the figure shows 75 %: the text was written about other logits.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# Commit a guess, and the figure opens. Read it in five glances:
#
# 1. **Panel titles.** The entropy, first to last.
# 2. **The white-edged bar** in panels 1 to 5. Its label is P(top).
# 3. **How many bars stand above 10 %** at the highest T?
# 4. **Panels 6 and 7.** Where are they steepest? The dashed line is T = 1.
# 5. **Panel 8.** A row is a token, a column a temperature. The colour scale is logarithmic: one
#    colour step is a factor.

# %%
for T in (0.1, 0.5, 1, 2, 5):
    p = softmax(temperature(twenty, T))
    print(
        f"T = {T:<4} P(top) {100 * p.max():5.1f} %  entropy {entropy(p):.2f} bits  "
        f"above 10 %: {(p > 0.1).sum()}"
    )

# %% tags=["hide-input"]
fine = np.linspace(0.05, 5, 991)
top20 = softmax(twenty / fine[:, None]).max(axis=1)
top10 = softmax(logits / fine[:, None]).max(axis=1)
steepest20 = fine[np.gradient(top20, fine).argmin()]
steepest10 = fine[np.gradient(top10, fine).argmin()]
bits20 = [entropy(softmax(twenty / T)) for T in (0.1, 0.5, 1, 2, 5)]
quiz(
    [
        predict(
            "1-glance-count",
            "Panel 5: how many of the twenty tokens have more than 10 % at T = 5?",
            int((softmax(twenty / 5) > 0.1).sum()),
            explain="Only token 0. Flatter does not mean flat.",
        ),
        predict(
            "1-glance-steep",
            "Panel 6: near which T does P(top) fall fastest?",
            "1",
            choices=("0.2", "1", "3"),
            explain=f"At T = {steepest20:.2f}. For the ten tokens of step 1 the steepest place is "
            f"T = {steepest10:.2f}. The place depends on the gaps, so 'the sweet spot is where "
            "the curve flattens, 0.7 to 1.2' cannot be a rule.",
        ),
        predict(
            "1-glance-max",
            "Panel 7: the entropy cannot pass the dotted line. How high is it, in bits?",
            round(float(np.log2(20)), 2),
            tolerance=0.05,
            explain="log2 of 20. As first published, this panel was labelled in bits and drawn in "
            f"nats: {bits20[-1] * np.log(2):.2f} where {bits20[-1]:.2f} belongs.",
        ),
        predict(
            "1-glance-low",
            "Panels 1 to 5: between which two temperatures does the entropy change least?",
            "0.1 and 0.5",
            choices=("0.1 and 0.5", "0.5 and 1", "1 and 2", "2 and 5"),
            explain=f"From {bits20[0]:.2f} to {bits20[1]:.2f} bits. With a lead of 3, cooling "
            "something already decided changes nothing.",
        ),
    ]
)

# %% [markdown]
# The same two curves under your hand. The goal is on P(top).

# %%
curve_explorer(
    [f"Token {i}" for i in range(20)],
    twenty,
    measures=("top", "entropy"),
    goal=Goal("Find T where the top token has exactly half", "top", 0.5, 0.01),
    title="Twenty tokens against temperature",
)

# %% [markdown]
# One thing more from that article: the entropy of the *ten* tokens at seven temperatures, drawn as
# a line.

# %%
seven = [0.1, 0.2, 0.5, 1, 1.5, 2, 5]
bits = [entropy(softmax(temperature(logits, T))) for T in seven]

# %% tags=["hide-input"]
fig, alt = plots.curves(
    seven,
    {"ten tokens": bits},
    xlabel="T",
    ylabel="entropy, bits",
    title="Entropy of the ten tokens",
    markers=True,
)
display(
    predict(
        "1-dive",
        f"At T = 1 the ten tokens have {bits[3]:.2f} bits, of at most "
        f"{np.log2(10):.2f}. How many at T = 2?",
        round(bits[5], 2),
        unit="bits",
        tolerance=0.1,
        explain="Twice the temperature is not twice the entropy. It rises ever more "
        "slowly, because it cannot pass the maximum.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %%
print(dict(zip(seven, np.round(bits, 3).tolist(), strict=True)))

# %% [markdown]
# ### Step 10 · A real model
#
# Ten tokens were a drawing. Now the thing itself: SmolLM2-135M-Instruct, 135 million parameters, a
# vocabulary of 49,152 tokens. It was trained to answer in a chat; here it is asked to continue plain
# text. Its weights are stored in 4 bits each. Its logits after some prompts were recorded and came with
# this course, so the next cells run anywhere. (␣ marks a space: most tokens begin with one.)

# %%
from logitlab import recorded

australia = recorded("The capital of Australia is")
p = softmax(australia.logits)
for i in np.argsort(-p)[:5]:
    print(f"{australia.tokens[i]!r:12} {p[i]:.3f}")

# %% [markdown]
# The capital is Canberra. The model puts *Sydney* first, by so little that rounding decides it: another
# program, which also rounds the numbers between the layers, puts Canberra first on the same weights.
# "A lower temperature is more factual" is true when the likeliest answer is the right one. What happens
# here?

# %% tags=["hide-input"]
sydney, canberra = (australia.tokens.index(t) for t in (" Sydney", " Canberra"))
grid = np.geomspace(0.05, 5, 400)
curve = np.array(
    [softmax(temperature(australia.logits, T))[canberra] for T in grid]
)
best = grid[curve.argmax()]
predict(
    "1-australia",
    "As T goes from 1 down to 0.05, what does the probability of ␣Canberra do?",
    "rises, then falls",
    choices=("falls all the way", "rises all the way", "rises, then falls"),
    explain=f"Cooling first removes the thousands of stragglers, and both cities gain. Below "
    f"T = {best:.2f} the leader takes all. Canberra's best is {100 * curve.max():.1f} %. It can "
    "never pass one half: it would have to overtake Sydney.",
)

# %%
curve_explorer(
    australia.tokens,
    australia.logits,
    measures=("p: Canberra", "p: Sydney"),
    goal=Goal(
        "Bring ␣Canberra as high as it goes",
        "p: Canberra",
        float(curve.max()),
        0.002,
    ),
    title="The capital of Australia is",
    temperature_range=(0.05, 3.0),
)

# %%
for T in (0.1, 0.5, 1, 2):
    p = softmax(temperature(australia.logits, T))
    print(f"T = {T:<4} Sydney {p[sydney]:.3f}  Canberra {p[canberra]:.3f}")

# %% [markdown]
# So no temperature makes this model say Canberra more often than Sydney. Temperature changes how
# you draw from a distribution. To get another distribution, change the **prompt**.

# %%
better = recorded("The largest city in Australia is Sydney, but the capital is")
p = softmax(better.logits)
for i in np.argsort(-p)[:3]:
    print(f"{better.tokens[i]!r:12} {p[i]:.3f}")

# %% [markdown]
# A dozen words of context did what the dial could not. So does the form of the question. This is the
# same model in its own chat template, with the answer begun for it:

# %%
chat = recorded(
    "chat: What is the capital of Australia? / The capital of Australia is"
)
p = softmax(chat.logits)
for i in np.argsort(-p)[:3]:
    print(f"{chat.tokens[i]!r:12} {p[i]:.3f}")

# %% [markdown]
# Where this course says what "the model" thinks, it means: after this prompt, in this form.
#
# The same T means different things after different prompts. After *Once upon a time* the model is
# nearly sure of a comma. After *My name is* it is not sure of anything.

# %%
once, name = recorded("Once upon a time"), recorded("My name is")
for r in (once, name):
    p = softmax(r.logits)
    i = int(p.argmax())
    print(
        f"{r.prompt!r:19} entropy {entropy(p):.2f} bits, top {r.tokens[i]!r} {p[i]:.3f}"
    )

# %% [markdown]
# Heat the sure one until it is as open as the other is at T = 1. First: how hot will that be?

# %% tags=["hide-input"]
target = float(entropy(softmax(name.logits)))
heat = np.linspace(0.05, 5, 2000)
reached = heat[
    np.abs(
        [entropy(softmax(temperature(once.logits, T))) - target for T in heat]
    ).argmin()
]
predict(
    "1-heat",
    "At which T does Once upon a time become as open as My name is at T = 1?",
    round(float(reached), 2),
    tolerance=0.15,
    explain="A setting of 0.8 'for stories' is not a property of stories. It is a property of "
    "stories, this model and this prompt.",
)

# %%
distribution_explorer(
    once.tokens,
    once.logits,
    goal=Goal(
        "Make it as open as 'My name is' at T = 1",
        "entropy",
        round(target, 2),
        0.1,
    ),
    title="Once upon a time",
)

# %% [markdown]
# And this is why a chat model's 0.7 is not a raw model's 0.7. Training on instructions and rewards
# makes distributions sharper, roughly as if all logits were multiplied by some number. Multiply by
# 2.5 and ask which T gives back what 0.7 gave before.

# %%
sharp = 2.5 * name.logits
before = softmax(temperature(name.logits, 0.7))
for T in (0.7, 1.75):
    after = softmax(temperature(sharp, T))
    print(
        f"sharpened, T = {T:<4}: largest difference {np.abs(after - before).max():.4f}"
    )

# %% [markdown]
# 0.7 times 2.5 is 1.75. A temperature means nothing without the scale of the logits it divides.
#
# **Your own prompt.** With the model installed (`make model`, once), type any beginning of a text.

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
distribution_explorer(
    model.tokens, model.logits(model.encode(prompt)), title=prompt
)

# %% [markdown]
# ### Step 11 · T = 0, and why it is not quite certain
#
# Set T to zero in the formula and you divide by zero. Some programs treat it as a special case: no
# division, no draw, take the largest logit. Others refuse it, transformers and
# [TGI](https://github.com/huggingface/text-generation-inference/issues/1236) among them. So does ours,
# and it names the other function.

# %%
from logitlab import greedy

try:
    temperature(logits, 0)
except ValueError as error:
    print(error)
print("greedy:", tokens[greedy(logits)])

# %% [markdown]
# Greedy draws no random number, so a seed cannot matter. Should the same prompt then always give
# the same text? Nearly. Computers add in floating point, and floating-point sums depend on order.

# %%
print((0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3))
print((0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3))

# %% [markdown]
# On a server your prompt is computed together with other people's, and how many there are decides
# how the sums are cut up. Two logits that nearly tie, like ` Sydney` and ` Canberra`, can change
# places. [He and others (2025)](https://thinkingmachines.ai/blog/defeating-nondeterminism-in-llm-inference/)
# ran one prompt 1,000 times at temperature 0 and got 80 different texts. What cured it was
# arithmetic that does not depend on the batch, not a seed.
#
# A second surprise: taking the best token at every step does not give the best *sentence*.

# %%
first = {"nice": 0.5, "dog": 0.4}
second = {"nice": 0.4, "dog": 0.9}  # the best continuation of each
for word in first:
    print(
        f"{word:5} {first[word]} × {second[word]} = {first[word] * second[word]:.2f}"
    )

# %% [markdown]
# Greedy starts with *nice* and ends at 0.20. The better path starts with the second-best word.
# (*Beam search* keeps several paths at each step and so finds likelier texts than greedy, though not
# always the likeliest. It helps translation and summaries. In open text likely is not good: in the
# table of [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751) 29 % of its texts end in a
# loop, 74 % of the greedy ones and 0.3 % of human ones.)
#
# **Exercises 1.6, 1.9 and 1.10 now.**

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "1-limit",
            "As T goes to 0, what does sampling become?",
            "taking the largest logit",
            choices=("taking the largest logit", "a uniform draw", "an error"),
            explain="Greedy decoding. The formula fails at 0 itself; the limit exists.",
        ),
        predict(
            "1-more-correct",
            "T never reorders tokens. A model says Sydney at T = 0 and Canberra at T = 0.7. "
            "Which is true?",
            "0.7 drew a less likely token, which happened to be right",
            choices=(
                "0.7 made Canberra the likeliest token",
                "0.7 drew a less likely token, which happened to be right",
                "0.7 is the more truthful setting",
            ),
            explain="Run it again, and 0.7 may say Sydney. The order was the same both times.",
        ),
    ]
)

# %% [markdown]
# ### Step 12 · Choosing a temperature
#
# Rules of thumb for an instruction-tuned model whose T you may set. They have no authority: as step 10
# showed, another scale of logits moves every border. And they do not hold for all models. As read on
# 2026-11-28, Google asks that Gemini 3 stay at
# [T = 1 and warns of loops below](https://github.com/learning-commons-org/evaluators/pull/187), and
# models that reason before they answer often take no other T than 1 (lesson 2, step 7).
#
# | T | behaves like | use it for | risk |
# |---|---|---|---|
# | 0 to 0.2 | a clerk: the same answer nearly always | labels, extraction, strict formats | loops, stubborn errors |
# | 0.2 to 0.5 | careful | code, answers from given text | thin wording |
# | 0.5 to 0.8 | even | summaries, help texts | few surprises |
# | 0.8 to 1.2 | the model as trained | chat, drafts | now and then off the point |
# | above 1.2 | loose | many candidates that something will filter | soon not English |

# %% [markdown]
# Three questions decide faster than a table:
#
# 1. **Is there one right answer?** Stay below 0.5, and check that the likeliest answer is right.
# 2. **Must it hang together?** Between 0.5 and 1.2. Longer texts want the lower half, because each
#    odd token is read back and becomes the context of the next.
# 3. **Are you exploring?** Above 0.8, many samples, and something that chooses among them.
#
# A low T is a politician, who says the expected thing in the expected words. A high T is a
# brainstorm, where all the ideas are allowed and most are bad.
#
# | | low T | high T |
# |---|---|---|
# | gaps | stretched | shrunk |
# | top token | takes nearly all | takes a share |
# | ten draws | ten times the same | ten different ones |
# | when it fails | repeats one mistake with confidence | wanders into the tail |
#
# ### Step 13 · Not a creativity dial
#
# *Creative* has been measured.
# [Peeperkorn and others (2024)](https://arxiv.org/abs/2405.00492) rated stories written at many
# temperatures. Novelty rose weakly with T, and coherence fell more (does the story make sense?).
# Cohesion (does one sentence follow from another?) and typicality did not follow T at all.
# [Renze and Guven (2024)](https://arxiv.org/abs/2402.05201) gave nine models exam questions: between
# T = 0 and T = 1 the scores did not change significantly.
#
# So the dial has a narrow band where it trades sameness for variety, and beyond it mostly adds error.
#
# Three comparisons are popular. Each helps, and each breaks somewhere.
#
# | comparison | where it helps | where it breaks |
# |---|---|---|
# | drinks: sober, tipsy, hammered | more T, fewer inhibitions | a drunk forgets; the model's logits are untouched |
# | volume: the top shouts, the rest whisper | raising T lets you hear the whispers | very high T makes all voices equal, and then nothing can be heard |
# | an audition: logits are the jury's scores | the order of the scores stands | a jury picks the best; sampling sometimes casts the fourth |
#
# ## Published, but is it right?
#
# Eleven sentences about temperature that are or were in print. Some are right. Every verdict is
# computed in the cell.

# %% tags=["hide-input"]
ten_low = run_experiment(tokens, logits, 0.1)["entropy"]
verdict = {"choices": ("right", "wrong")}
quiz(
    [
        predict(
            "1-pub-odds",
            "Logits of 5 and 4 give odds of about 2.7 to 1.",
            "right" if round(float(np.exp(1)), 1) == 2.7 else "wrong",
            explain=f"e^1 = {np.exp(1):.3f}.",
            **verdict,
        ),
        predict(
            "1-pub-napkin",
            "With logits 2, 1, 0.5 and 0.1 the top class has about 73 % at T = 0.5.",
            "right" if round(100 * softmax(napkin / 0.5)[0]) == 73 else "wrong",
            explain=f"It has {100 * softmax(napkin / 0.5)[0]:.1f} %.",
            **verdict,
        ),
        predict(
            "1-pub-sum",
            "e^4.4 + e^3.6 + e^2.8 is about 134.5.",
            "right"
            if round(float(np.exp([4.4, 3.6, 2.8]).sum()), 1) == 134.5
            else "wrong",
            explain=f"{np.exp([4.4, 3.6, 2.8]).sum():.2f}.",
            **verdict,
        ),
        predict(
            "1-pub-rank",
            "At T = 2 another token can become the most likely, through renormalisation.",
            "wrong" if all(kept) else "right",
            explain="Division by a positive number and by a sum cannot reorder.",
            **verdict,
        ),
        predict(
            "1-pub-entropy",
            "The ten tokens have an entropy of 0.412 bits at T = 0.1.",
            "right" if round(ten_low, 3) == 0.412 else "wrong",
            explain=f"{ten_low:.3f} bits, or {ten_low * np.log(2):.3f} nats.",
            **verdict,
        ),
        predict(
            "1-pub-blue",
            "Logits 15.2, 10.1, 8.4, 6.2, 2.1 and -4.8 give the first token about 99.3 %.",
            "right" if round(100 * softmax(sky)[0], 1) == 99.3 else "wrong",
            explain=f"{100 * softmax(sky)[0]:.2f} %.",
            **verdict,
        ),
        predict(
            "1-pub-cheese",
            "The last of those six has 0.1 % at T = 1.",
            "right" if round(100 * softmax(sky)[-1], 1) == 0.1 else "wrong",
            explain=f"{100 * softmax(sky)[-1]:.1e} %. Wrong by a factor of "
            f"{0.001 / softmax(sky)[-1]:,.0f}.",
            **verdict,
        ),
        predict(
            "1-pub-fifteen",
            "In the eight-panel figure, the top token has about 15 % at T = 5.",
            "right" if round(100 * softmax(twenty / 5)[0]) == 15 else "wrong",
            explain=f"{100 * softmax(twenty / 5)[0]:.1f} %.",
            **verdict,
        ),
        predict(
            "1-pub-max",
            "Twenty tokens can have at most 4.32 bits of entropy.",
            "right" if round(float(np.log2(20)), 2) == 4.32 else "wrong",
            explain=f"log2 20 = {np.log2(20):.2f}, when all are equal.",
            **verdict,
        ),
        predict(
            "1-pub-gap",
            "The gap from approve to close is 3.2. At T = 0.5 it is 6.4, at T = 2 it is 1.6.",
            "right"
            if np.allclose(3.2 / np.array([0.5, 2]), [6.4, 1.6])
            else "wrong",
            explain="Gaps are divided by T, like everything else.",
            **verdict,
        ),
        predict(
            "1-pub-greedy",
            "Greedy decoding gives you the single most likely sequence.",
            "wrong" if 0.4 * 0.9 > 0.5 * 0.4 else "right",
            explain="0.36 is more than 0.20. Best steps do not make the best path.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# **Exercises 1.11 and 1.12** ask you to audit a table yourself, and to explain step 11 in words.
#
# ## Common misconceptions
#
# - *A higher temperature makes the model smarter, or more creative.* The logits are the same
#   logits. Only the draw changes.
# - *T = 0 is best, or safe.* It repeats the likeliest token, right or wrong, falls into loops, and
#   is not even quite repeatable on a busy server.
# - *Temperature is set once for the whole text.* It acts at every token, and every drawn token is
#   read back: one unlikely word changes all that follows.
# - *A higher temperature makes it think harder.* No computation is added. One division is.
# - *Temperature, top-k and top-p are the same knob.* Temperature reshapes; it never removes a token.
#   The other two remove, and never reshape. They are lessons 2 and 3.
# - *Temperature adds randomness to the answer.* It acts before the draw, on the sizes of the faces of
#   the die. The throw is the same throw at any T.
#
# ## What to remember
#
# | | T towards 0 | T = 1 | T towards infinity |
# |---|---|---|---|
# | gaps between logits | grow without end | as they are | vanish |
# | odds | become 0 or infinite | e^gap | become 1 to 1 |
# | entropy | 0 | the model's own | log2 of the vocabulary |
# | the order of tokens | the same | the same | the same |
#
# **One division, before softmax. It changes how much, never who.**
#
# Your guesses, largest surprise first. They are kept in your browser and nowhere else, and they are
# not marks.

# %% tags=["hide-input"]
surprises("1-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/01_temperature.ipynb), if you have not done them on the way.
#
# Raising T fed the tail. [Lesson 2, *Top-p*](02_top_p.ipynb), cuts the tail off, and cuts more when the model is sure.
#
# [Course home](../book/index.md)
