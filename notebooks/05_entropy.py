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
# Four lessons have turned knobs, and the word *entropy* stood beside each of them. What does it count? In which
# unit? And what may you conclude from it?
#
# Logits are **preferences**, T is a **knob** on them, and entropy is a **summary** of the distribution that comes out.
#
# ## What you will be able to do
#
# - Work out surprisal, entropy and perplexity by hand, and write `entropy` so that zeros do no harm.
# - Score a text: its perplexity, and its bits for each byte.
# - Measure whether a model knows how sure it may be, and say how firm that measurement is.
# - Say what the logprobs of an API tell about entropy, and what they hide.

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
    text_explorer,
    top_p,
)
from logitlab.data import STORY, recorded_table

# %% [markdown]
# ## Two questions first
#
# From lessons 2 and 4. Answer from memory, then commit.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "5-penalty",
            "A token was written before. Its logit is -0.5 and the repetition penalty is 1.2. "
            "What does its logit become?",
            round(
                float(
                    repetition_penalty(np.array([-0.5, 1.0]), [0], 1.2)[0]
                ),
                2,
            ),
            tolerance=0.001,
            explain="A negative logit is multiplied, a positive one divided. Otherwise the "
            "penalty would be a reward.",
        ),
        predict(
            "5-nucleus",
            "Probabilities 0.4, 0.4 and 0.2, top-p with p = 0.7. How many tokens stay?",
            int(np.isfinite(top_p(np.log([0.4, 0.4, 0.2]), 0.7)).sum()),
            explain="0.4 is not enough, 0.8 is. You will meet this distribution again.",
        ),
    ]
)

# %% [markdown]
# ## How surprised should you be?
#
# The ten tokens again, after *Should I approve this request?* Suppose the model writes `close`. It had given `close`
# one chance in 71. How surprising is that, as a number? Count it in coins: one chance in two is one head, one in
# four is two heads in a row, one in eight three.

# %%
tokens, logits = list(STORY), np.array(list(STORY.values()))
probs = softmax(logits)
print(f"close: 1 chance in {1 / probs[-1]:.0f}; 6 heads: 1 in {2**6}")
for token, p in zip(tokens, probs, strict=True):
    print(
        f"{token:9} {p:.3f}  {-np.log2(p):5.2f}  {'█' * round(-np.log2(p))}"
    )

# %% [markdown]
# This number, $-\log_2 p$, is the **surprisal** of a token, and its unit is the **bit**. A certain token has 0 bits, an
# impossible one would have infinitely many. You can also read bits as questions: each good yes-or-no question halves what
# is left, and `close` takes six to seven of them. Surprisals add where probabilities multiply: two tokens of 3 bits in a row
# are one event of 6 bits.
#
# ## The average
#
# Before the token comes you do not know which surprisal you will get. But you know the average: each surprisal,
# weighted by how often it comes. That is the **entropy**:
#
# $$H(p) = -\sum_i p_i \log_2 p_i$$
#
# Read: *take the surprisal of each token times its probability, and add up.*

# %%
A, B = np.array([0.9, 0.05, 0.05]), np.array([0.4, 0.4, 0.2])
for name, p in (("A", A), ("B", B)):
    s = -np.log2(p)
    print(
        f"{name} surprisals {s.round(2)} shares {(p * s).round(2)}", end=" "
    )
    print(f"entropy {(p * s).sum():.2f} bits")

# %% [markdown]
# In A the rare tokens surprise a lot, but hardly ever come. Look at the shares: what counts is surprise *times* how
# often. B has no winner, so every token is a little surprising.
#
# With the natural logarithm the unit is the **nat**; 1 nat is 1.44 bits. As with Celsius and Fahrenheit, a number without
# its unit says little. PyTorch and SciPy give nats unless told otherwise. This course gives bits unless a
# sentence says nats.
#
# ## The zero that spoils it
#
# After top-k or top-p some probabilities are exactly 0, and log2 of 0 is minus infinity.

# %%
p = np.array([0.5, 0.5, 0.0])
with np.errstate(all="ignore"):
    print("as it stands:", -(p * np.log2(p)).sum())
certain = np.array([1.0, 0.0])
print(f"1e-12 added:  {-(certain * np.log2(certain + 1e-12)).sum():.2e}")

# %% [markdown]
# *nan*, not a number. A common repair adds a tiny number inside the logarithm. On a distribution that is certain it
# gives less than nothing, and two decimals of it are printed as `-0.00`. Entropy is never negative: a token that never
# comes adds 0, so leave it out.
#
# **Exercise 5.2 now.** Write `entropy`. From here on the lesson uses the library's.
#
# ## How many choices is that?
#
# A fair coin has 1 bit, four equal tokens have 2, and V equal tokens have $\log_2 V$. That is the most that V tokens
# can have. Turn it round: 2 to the entropy is the number of *equal* tokens that would be as undecided. That is the
# **perplexity**, the effective number of choices.

# %%
from logitlab import entropy, perplexity

once, sky = recorded("Once upon a time"), recorded("The sky is")
rows = {
    "A": A,
    "B": B,
    "ten tokens": probs,
    "Once upon a time": softmax(once.logits),
    "The sky is": softmax(sky.logits),
    "ten tokens, padded": np.pad(probs, (0, 49_152 - 10)),
}
print("                     bits   at most   share  choices")
for label, p in rows.items():
    h, most = entropy(p), np.log2(len(p))
    print(f"{label:18} {h:6.2f} {most:9.2f} {h / most:7.0%} {2**h:8.2f}")

# %% [markdown]
# This course says **low** below 1 bit (2 choices), **high** above 4 bits (16 choices), and **medium** between them.
# These bands are for the next token of a language model. Ten tokens can never be high, since they have at most 3.32
# bits. Some divide by $\log_2 V$ to get one scale for all; but the last row is the ten tokens with impossible ones
# added, and its share of the most would fall from 79 % to 17 %. The number of choices stays.
#
# **Exercise 5.1 now.** Entropy and perplexity by hand.
#
# ## The top token is not enough
#
# Many tools show one number for confidence, the top probability. Two distributions:

# %%
a = np.array([0.6, 0.4, 0.0, 0.0, 0.0])
b = np.array([0.6, 0.1, 0.1, 0.1, 0.1])
print(f"a {entropy(a):.2f} bits")

# %% tags=["hide-input"]
predict(
    "5-same-top",
    "Both have a top token of 60 %. a has 0.97 bits. And b?",
    round(entropy(b), 2),
    unit="bits",
    tolerance=0.1,
    explain=f"0.97 bits to learn whether the top token comes. In the other 40 % you still "
    f"have four equal tokens, 2 bits, to tell apart: 0.97 + 0.4 * 2 = {entropy(b):.2f}.",
)

# %% [markdown]
# **Entropy can be taken in stages**: first which group, then, as often as you get there, which member. The real model
# at two places where the first token has about one half:

# %%
for prompt in (
    "Monday, Tuesday, Wednesday,",
    "In the orchard he picked a ripe",
):
    p = softmax(recorded(prompt).logits)
    print(f"{p.max():.2f} on top, {perplexity(p):5.1f} choices  {prompt}")

# %% [markdown]
# ## Entropy against temperature
#
# As T rises, the top probability falls and entropy rises. The two should agree. Here are four rows for the ten tokens.
# One entropy was printed in nats by mistake.

# %% tags=["hide-input"]
print("T     P(top)  entropy")
for T in (0.5, 1, 2, 4):
    p = softmax(logits / T)
    print(f"{T:<4} {p.max():7.3f} {entropy(p, np.e if T == 2 else 2):8.2f}")

# %% tags=["hide-input"]
predict(
    "5-mirror",
    "Which row cannot be right?",
    "the third",
    choices=("the first", "the second", "the third", "the fourth"),
    explain="From the second row to the third the top probability falls, so the tokens got "
    "more equal, and yet the entropy falls too. It is "
    f"{entropy(softmax(logits / 2)):.2f} bits, and {entropy(softmax(logits / 2), np.e):.2f} "
    "nats.",
)

# %%
curve_explorer(
    tokens,
    logits,
    measures=("top", "entropy", "perplexity"),
    goal=Goal(
        "Find T where ten tokens are five choices", "perplexity", 5, 0.05
    ),
    title="Ten tokens against temperature",
)

# %% [markdown]
# The top probability falls fastest about where entropy rises fastest. Twice the temperature is not twice the entropy: it
# rises towards its ceiling. People turn T up for *creativity*. What T sets is entropy, and stories were found to become a little more
# novel and less coherent as it rises ([Peeperkorn and others, 2024](https://arxiv.org/abs/2405.00492)). See
# *Not a creativity dial* in lesson 1 for how narrow the band is.
#
# ## Along a text
#
# Every place of a text has a distribution of its own. Here is one text that the model wrote at T = 1. **Entropy** is what
# surprise the model expected at a place, **surprisal** what it got. Both are always taken from the model's own
# distribution, T = 1 and nothing cut, also where the token was drawn in another way.

# %%
texts = recorded_texts()
one = texts[0]
print(one.prompt + "".join(one.tokens))
plots.show(
    *plots.curves(
        np.arange(1, len(one.tokens) + 1),
        {"entropy": one.entropy, "surprisal": one.surprisal},
        xlabel="place",
        ylabel="bits",
        title="Expected and met, token by token",
        markers=True,
        tokens=one.tokens,
    )
)

# %% tags=["hide-input"]


def averages(setting):
    """Mean entropy and mean surprisal over all places of all texts."""
    chosen = [t for t in texts if t.setting == setting]
    return [
        float(np.mean(np.concatenate([getattr(t, what) for t in chosen])))
        for what in ("entropy", "surprisal")
    ]


at_one = averages("T = 1")
predict(
    "5-average",
    f"At one place the two differ. Over all 32 texts written at T = 1 the mean entropy is "
    f"{at_one[0]:.2f} bits. And the mean surprisal?",
    round(at_one[1], 2),
    unit="bits",
    tolerance=0.3,
    explain="The model drew from its own distribution, so on average it is as surprised as "
    "it expected, up to chance. That is what entropy means: expected surprisal.",
)

# %% [markdown]
# That law makes a test. A wide gap between the two averages tells you that a text was not drawn from that model at T = 1.
# Three settings, 32 texts each:

# %%
for setting in ("T = 1", "T = 1.5", "T = 1.5, then k = 40"):
    gaps = [
        np.mean(np.subtract(t.surprisal, t.entropy))
        for t in texts
        if t.setting == setting
    ]
    error = 2 * np.std(gaps, ddof=1) / len(gaps) ** 0.5
    gap = f"gap {np.mean(gaps):+.2f} ± {error:.2f}"
    print(f"{setting:21} {len(gaps)} texts, {gap}")

# %% [markdown]
# At T = 1 the gap is within chance (± is two standard errors). At T = 1.5 each token surprises far more than was
# expected. No gap tells you less: with k = 40 the draw is hot *and* cut, and the two happen to balance. Read some of them,
# with the surprisal of each token in its shade:

# %%
calmest = min(np.mean(t.surprisal) for t in texts if t.setting == "T = 1")
text_explorer(
    [t for t in texts if t.setting in ("T = 1", "T = 1.5")],
    goal=Goal(
        "Find the calmest text at T = 1", "mean", float(calmest), 0.01
    ),
    title="What the model wrote",
)

# %% [markdown]
# ## Shannon's game
#
# How many bits does a letter of English carry? In 1951 Claude Shannon let people guess the next letter of a text until they were right.
# Your turn, with tokens: words and punctuation marks. The model has played already; after each token you see what it
# needed.

# %%
game = recorded_game()
guessing_game(
    "The old man opened the",
    game[4:33],
    goal=Goal("Guess eight tokens at the first try", "first", 8, 0),
    title="An old man at the door",
)

# %% [markdown]
# Now the whole text, of which you saw a part. Guess before you count:

# %% tags=["hide-input"]
bits = np.array([place.bits for place in game])
read = "".join(place.token for place in game)
predict(
    "5-letter",
    "With 27 equal symbols (a to z and the space) a character would have log2 27 = 4.75 bits. "
    "How many bits a character does the model need here?",
    round(float(bits.sum() / len(read)), 2),
    unit="bits",
    tolerance=0.3,
    explain="A fifth of 4.75. The rest was foreseeable, even for a small model.",
)

# %% [markdown]
# The mean surprisal of the tokens that came is also the training loss of models like this one, there in
# nats. Two to its power is the
# **perplexity of the text**, which papers report: at each token the model was as surprised as by a draw from that many
# equal choices. It depends on how the text is cut. Suppose that another model's tokenizer cuts it into 60 tokens and the
# model needs as many bits for the whole:

# %%
total, size = bits.sum(), len(read.encode())
for count in (len(game), 60):
    print(f"{count} tokens: perplexity {2 ** (total / count):5.1f}")
print(f"{total:.0f} bits, {size} bytes: {total / size:.2f} bits per byte")

# %% [markdown]
# Models with different tokenizers are therefore compared in **bits per byte**: the
# bits of the whole text, divided by its bytes in UTF-8, which no tokenizer changes. **Exercise 5.3 now.**
#
# (Shannon worked out bounds of [0.6 and 1.3 bits a letter](https://doi.org/10.1002/j.1538-7305.1951.tb01366.x) from how
# often people had to guess. Our one easy text proves nothing beside it.)
#
# ## The price of a wrong distribution
#
# Let tokens come from p, and let the model believe q. Its surprise is $-\log_2 q$ on average, the **cross-entropy**.
# What it has above the entropy of p is the price of believing q, the **KL divergence**:
#
# $$D(p \,\|\, q) = \sum_i p_i \log_2 \frac{p_i}{q_i}$$
#
# Read: *how much more the tokens of p surprise whoever believes q.* The first argument is where tokens come from.

# %%
from logitlab import cross_entropy, kl_divergence

p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
price = kl_divergence(p, q)
print(f"{cross_entropy(p, q):.3f} - {entropy(p):.3f} = {price:.3f}")

# %% tags=["hide-input"]
far = [0.99, 0.01]
predict(
    "5-direction",
    "Take p = (0.99, 0.01) instead. Which costs more?",
    "tokens from the coin, belief in p"
    if kl_divergence(q, far) > kl_divergence(far, q)
    else "tokens from p, belief in the coin",
    choices=(
        "tokens from p, belief in the coin",
        "tokens from the coin, belief in p",
        "the same",
    ),
    explain=f"{kl_divergence(q, far):.2f} against {kl_divergence(far, q):.2f} bits. Half of "
    "the time the token comes that p had nearly ruled out.",
)

# %% [markdown]
# The two directions differ, and believing that something is impossible costs without limit when it comes:

# %%
print("one is ruled out:", kl_divergence(q, [1.0, 0.0]))

# %% [markdown]
# Softmax never
# gives exactly 0; a cut does. So measure a model without its cuts. In lesson 6 a model is trained to make this price small.
# (The further exercise 5.9 writes it.)
#
# ## Two models, one score
#
# Two models answer yes-or-no questions, both always right: one says so with 51 %, the other with 99 %. A leaderboard that
# takes the largest probability and counts gives both the same accuracy. Three scores see the difference.

# %%
from logitlab import brier, expected_calibration_error

for sure in (0.51, 0.99):
    answers = np.tile([sure, 1 - sure], (100, 1))
    right = np.zeros(100, dtype=int)
    print(
        f"{sure:.2f}  accuracy {(answers.argmax(1) == right).mean():.0%}"
        f"  log loss {-np.log(answers[:, 0]).mean():.3f} nats"
        f"  Brier {brier(answers, right):.4f}"
        f"  calibration {expected_calibration_error(answers, right):.2f}"
    )

# %% [markdown]
# - **Log loss**: mean surprisal of the right answer, in nats by custom. A confident mistake costs without limit.
# - **Brier score**: squared distance from the truth. A mistake costs at most 2.
# - **Calibration error**: how far stated confidence is from the share that was right. The first model says 51 % and is
#   always right, so it is off by 49 points: too modest.
#
# Being calibrated is not being good. A forecaster who says the yearly average every day is calibrated and useless.
#
# ## Does the model know what it knows?
#
# This course brings 200 questions with four answers each. The model read every question in this form:

# %%
asked = recorded_answers()
i = next(i for i, q in enumerate(asked.questions) if "Australia" in q)
print(len(asked.questions), "questions, for example:")
print(f"\nQuestion: {asked.questions[i]}\nAnswer:")
p = softmax(asked.scores[i])
for j in np.argsort(-p):
    mark = "right" if j == asked.labels[i] else ""
    print(f"    {p[j]:.2f} {asked.answers[i][j]:10} {mark}")

# %% [markdown]
# Each answer was scored on its own, by the log-probability of its tokens. Softmax over the four scores is the model's
# choice. But lesson 1 had Sydney and Canberra level, and in lesson 4 the model said Canberra. The question is the same,
# the prompt is not:

# %%
chat = (
    "chat: What is the capital of Australia? / The capital of Australia is"
)
print(asked.answers[i])
print(p.round(2), "Question: ... Answer:")
for prompt in ("The capital of Australia is", chat):
    r = recorded(prompt)
    z = [r.logits[r.tokens.index(f" {city}")] for city in asked.answers[i]]
    print(softmax(z).round(2), prompt)

# %% [markdown]
# **How you ask can change how sure it is.** A confidence belongs to a model *and* a prompt. Low entropy means sure, not right.
# Nor is the entropy of the next token the doubt about the answer: *It is Canberra* and *Canberra* are one answer that
# begins with two tokens, and a model may be sure of the first word of a sentence that it cannot end. Here the four whole
# answers are compared, so their spread is doubt about the answer, among these four.

# %% tags=["hide-input"]
even = slice(0, None, 2)
fit_scores, fit_labels = asked.scores[even], asked.labels[even]
fit_probs = softmax(fit_scores)
fig, alt = plots.reliability({"T = 1": fit_probs}, fit_labels)
display(
    predict(
        "5-confidence",
        "Of 100 questions the model gets 55 right. How sure is it on average: what is its "
        "mean top probability?",
        round(100 * float(fit_probs.max(axis=1).mean()), 1),
        unit="%",
        tolerance=5,
        explain="It claims more than it holds: it is overconfident, as many networks are.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# The picture for this is a **reliability diagram**. Sort the answers into bins by confidence, and draw for each bin the
# share that was right. On the dashed line the model is right as often as it claims.
#
# The knob for it is one that you know. Divide all scores by one T. Above 1 every choice becomes more modest, and no answer
# changes. Find the T with the smallest log loss.

# %% tags=["hide-input"]
right = np.arange(100), fit_labels
losses = [
    -np.log(softmax(fit_scores / T)[right]).mean()
    for T in np.geomspace(0.25, 4, 800)
]
calibration_explorer(
    fit_scores,
    fit_labels,
    goal=Goal(
        "Bring the log loss as low as it goes",
        "loss",
        float(min(losses)),
        3e-4,
    ),
    title="A hundred answers of the model",
    temperature_range=(0.25, 4.0),
)

# %% [markdown]
# What was fitted on a question cannot be tested on it. And with 100 questions, how firm is the result? So the 200 were cut
# into two halves by chance, each half drawn again from itself with replacement (a **bootstrap**), T fitted on one and
# everything else measured on the other, 200 times. A script of the course ran it; here are its middles and the ranges that
# hold 95 % of the runs.

# %%
table = recorded_table("calibration")
plain = [row for row in table.rows if row["way"] == ""]


def column(rows, key):
    return np.array([row[key] for row in rows])


def say(what, x):
    low, middle, high = np.percentile(x, [2.5, 50, 97.5])
    print(f"{what:34} {middle:6.2f}   {low:5.2f} to {high:5.2f}")


print(f"{'':34} middle   95 % of the runs")
say("T", column(plain, "T"))
say("right", column(plain, "right"))
say("confidence before", column(plain, "sure"))
say("confidence after", column(plain, "sure_after"))
say("log loss, fall", column(plain, "loss") - column(plain, "loss_after"))
say("calibration error before", column(plain, "ece"))
say("calibration error after", column(plain, "ece_after"))
say("the same, if perfectly calibrated", column(plain, "ece_chance"))

# %% [markdown]
# T lies above 1 in every run, and the confidence comes down to the share that is right. That the log loss falls
# is likely and not certain. The calibration error falls less clearly, and it cannot go to 0: the last line is a model that is right
# exactly as often as it says. With so few answers it shows an error of about 0.13, because each bin holds few and
# chance moves all of them away from the line. This error is biased upwards, the more so the fewer answers and the more
# bins there are. After the fit, our model shows what a perfect one would. Work that out before you call a model badly
# calibrated.
#
# One number turns all confidences together. That is *temperature scaling*:
# [Guo and others (2017)](https://arxiv.org/abs/1706.04599) took an image classifier's calibration error from 16.5 % to
# 1.3 % with it. It is the T of lesson 1, except that nobody chose it: it was measured, for this model, these questions and
# this prompt.
#
# Australia was one question. All 200 were asked in two more ways: in the model's chat form, with the answer begun by *The
# answer is*, and after three solved examples. The questions are the same, so each way is compared with the
# first question by question; ± is a 95 % interval. T comes from the cuts again.

# %%
for way in ("in the chat form", "after three examples"):
    other = recorded_answers(way)
    p, q = softmax(asked.scores), softmax(other.scores)
    hit, now = (z.argmax(axis=1) == asked.labels for z in (p, q))
    print(way)
    for what, d in (
        ("right", now * 1.0 - hit),
        ("sure", q.max(axis=1) - p.max(axis=1)),
    ):
        half = 1.96 * d.std(ddof=1) / np.sqrt(len(d))
        print(
            f"    {what}: {100 * d.mean():+.1f} ± {100 * half:.1f} points"
        )
    rows = [row for row in table.rows if row["way"] == way]
    say("    T, difference", column(rows, "T") - column(plain, "T"))

# %% [markdown]
# After the examples the model is clearly more often right, and it is surer. Its T comes nearer to 1 in the
# middle; the range still touches 0, so that is likely and no more. In the chat form it is a little surer. Whether it is
# more often right, 200 questions do not tell: that interval holds 0.
#
# (The further exercises 5.7 and 5.8 write the log loss and the search for T.)
#
# ## Logprobs: what an API shows you
#
# Most of the time you have no distribution. An API shows **logprobs**, natural logarithms of the probabilities of the
# likeliest tokens, in some at most
# [20](https://learn.microsoft.com/en-ie/dotnet/api/azure.ai.agentserver.contracts.generated.responses.createresponserequest.toplogprobs?view=azure-dotnet-preview)
# (read on 2026-11-29). Here is what it would show after *My name is*.

# %%
name = recorded("My name is")
logprobs = np.log(np.sort(softmax(name.logits))[::-1][:20])
print("the first four:", logprobs[:4].round(2))
shown = np.exp(logprobs)
print(f"20 tokens hold {shown.sum():.1%}")
print(f"made to add up to 1: {entropy(shown / shown.sum()):.2f} bits")

# %% tags=["hide-input"]
predict(
    "5-logprobs",
    "How many bits has the whole distribution, with all 49,152 tokens?",
    round(entropy(softmax(name.logits)), 2),
    unit="bits",
    tolerance=1,
    explain="Two thirds of the probability are not shown, and they are spread over "
    "a great many tokens. What is shown, scaled up, answers another question.",
)

# %% [markdown]
# Only two bounds can be given. **Exercise 5.4 now.** Then see what they are here, and where nearly everything is shown:

# %% tags=["hide-input"]
for prompt in ("My name is", "Once upon a time", "2 + 2 = "):
    p = np.sort(softmax(recorded(prompt).logits))[::-1]
    rest, last = 1 - p[:20].sum(), p[19]
    n = int(rest / last)
    lumped = [*p[:20], *[last] * n, rest - n * last]
    spread = [*p[:20], *[rest / (len(p) - 20)] * (len(p) - 20)]
    print(
        f"{entropy(lumped):5.2f} to {entropy(spread):5.2f} bits  {prompt}"
    )

# %% [markdown]
# And are they the model's own? In vLLM 0.10 logprobs are taken before penalties and T unless you ask for
# others; its former engine took them after ([source](https://docs.vllm.ai/en/v0.10.0/api/vllm/v1/sample/sampler.html), read
# on 2026-11-29). Exercise 5.6 finds out from the outside.
#
# **Exercise 5.5 now**, in your own words.
#
# ## What to remember
#
# | | of | formula | least | most |
# |---|---|---|---|---|
# | surprisal | one token | −log2 p | 0 | no limit |
# | entropy | a distribution | mean surprisal | 0, certain | log2 V, all equal |
# | perplexity | a distribution, or a text | 2^entropy, 2^(bits a token) | 1 | V; no limit |
# | cross-entropy | p, believed to be q | mean of −log2 q | entropy of p | no limit |
# | KL divergence | p, believed to be q | the difference of the two | 0 | no limit |
#
# **Temperature controls, entropy measures.** It counts how open a distribution is. Whether that openness is justified, only
# the truth can tell you, and log loss asks it.
#
# ## Your guesses
#
# Largest surprise first.

# %% tags=["hide-input"]
surprises("5-")

# %% [markdown]
# ## Next
#
# A distribution holds more than its answer. [Lesson 6, *Distillation*](06_distillation.ipynb), hands all of it
# on. [Course home](../book/index.md)

# %% [markdown]
# ## Further
#
# Each part stands alone.
#
# ### Bits and nats, an audit
#
# *{{ minutes }} minutes. For whoever wants to catch a wrong unit in print.*
#
# The figure with eight panels of lesson 1 was first published with these titles. The logits are the same.

# %%
twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
titles = {0.1: "-0.00", 0.5: "0.07", 1.0: "1.24", 2.0: "2.62", 5.0: "2.95"}
for T, title in titles.items():
    print(f"published: T = {T}, Entropy = {title} bits")

# %% [markdown]
# Two things can be seen without computing. One title is negative: the tiny number again. And at T = 5 twenty tokens
# should be near their limit of $\log_2 20$, 4.32 bits, but 2.95 is far below it.
#
# **Exercises 5.10 and 5.11 now**, before you run the next cell. Which unit is it?

# %%
for T, title in titles.items():
    p = softmax(twenty / T)
    print(
        f"T = {T}: printed {title:>5}, true {entropy(p):.2f} bits", end=""
    )
    print(f" or {entropy(p, base=np.e):.2f} nats")
print(f"1 nat = {1 / np.log(2):.2f} bits, log2 20 = {np.log2(20):.2f}")

# %% [markdown]
# Nats, labelled as bits. The curve looks the same in both units, so it does not show it.
#
# ### How fast does it rise?
#
# *{{ minutes }} minutes. For whoever likes derivatives.*
#
# How fast does entropy rise with T? There is an exact answer, and it is short. In nats,
#
# $$\frac{dH}{dT} = \frac{\mathrm{Var}_T(z)}{T^3}$$
#
# Read: *the slope of the entropy is the variance of the logits, divided by T cubed.* The variance is taken under the
# distribution at T. It cannot be negative, so entropy never falls when T rises. **Exercise 5.12 now.** Then test it by
# moving T a thousandth, both ways:

# %%
for T in (0.25, 0.5, 1.0, 2.0, 4.0):
    above, below = (
        entropy(softmax(logits / (T + h)), np.e) for h in (1e-3, -1e-3)
    )
    print(f"T {T:<4} {(above - below) / 2e-3:.4f} nats for each 1 of T")

# %% tags=["hide-input"]
fine = np.arange(5, 401) / 100
slopes = np.gradient([entropy(softmax(logits / T)) for T in fine], fine)
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
        round(float(fine[np.argmax(slopes)]), 2),
        tolerance=0.1,
        explain="Early. The first thing to happen is that reject, only 0.4 behind, joins "
        "approve. The others follow at higher T, and more slowly.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# From T = 2 on the slope is small: the ten tokens are near their ceiling.
#
# ### The entropy of a sample is too low
#
# *{{ minutes }} minutes. For whoever has counts and no probabilities.*
#
# A thousand answers of a model behind an API: you put frequencies in place of probabilities. Five samples of 50 from ten
# equal tokens:

# %%
from logitlab import run_experiment

equal = [f"token {i}" for i in range(10)]
for seed in range(5):
    rng = np.random.default_rng(seed)
    r = run_experiment(equal, np.zeros(10), 1.0, 50, rng)
    print(
        f"true {r['entropy']:.2f}, of the sample {r['sample_entropy']:.2f}"
    )

# %% [markdown]
# Below the truth, every time. Chance makes some tokens more frequent than others, and uneven always means less entropy.

# %% tags=["hide-input"]
draws = np.random.default_rng(0).multinomial(
    25, np.full(10, 0.1), size=4000
)
predict(
    "5-bias",
    "Now samples of 25. What is the average over 4,000 of them?",
    round(float(entropy(draws / 25).mean()), 2),
    unit="bits",
    tolerance=0.05,
    explain="This is a bias, not a spread: more samples of 25 do not help. A larger sample "
    "does.",
)

# %% [markdown]
# The bias is about $(V - 1) / (2 n \ln 2)$ bits, so it can be added back. With m, the number of tokens seen, in place of V,
# that is the **Miller-Madow correction**. **Exercise 5.13 now.** It is no cure where most tokens are never seen. The real
# model, 1,000 draws after *My name is*, with 36 seeds:

# %%
p = softmax(name.logits)
samples = []
for seed in range(36):
    drawn = np.random.default_rng(seed).multinomial(1000, p / p.sum())
    m = (drawn > 0).sum()
    samples.append((m, entropy(drawn / 1000), (m - 1) / (2000 * np.log(2))))
m, plain_h, added = np.transpose(samples)
print(f"{m.mean():.0f} tokens seen, true {entropy(p):.2f} bits")
print(f"of the sample {plain_h.mean():.2f} ± {plain_h.std(ddof=1):.2f}")
print(f"corrected     {(plain_h + added).mean():.2f}")

# %% [markdown]
# Of a thousand draws, about a bit is missing after the correction too, with every seed. An "entropy" that was made from
# samples should say how many.
#
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever checks what they read.*

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
two = softmax(logits / 2)
quiz(
    [
        predict(
            "5-pub-two",
            "At T = 2 the ten tokens have an entropy of 2.891.",
            "right"
            if round(entropy(two), 3) == 2.891
            or round(entropy(two, np.e), 3) == 2.891
            else "wrong",
            explain=f"{entropy(two):.3f} bits or {entropy(two, np.e):.3f} nats. As nats "
            f"2.891 would be more than ten tokens can have, {np.log(10):.3f}.",
            **verdict,
        ),
        predict(
            "5-pub-never",
            "Almost every benchmark takes the argmax, and the distribution itself is "
            "never looked at.",
            "wrong",
            explain="True of accuracy tables, wrong as *never*: perplexity, scoring of "
            "answers by log-probability, Brier and calibration all read it.",
            **verdict,
        ),
        predict(
            "5-pub-more",
            "The higher T is, the more of what the model knows becomes visible.",
            "wrong" if entropy(softmax(logits / 1000)) > 3.32 else "right",
            explain="Up to a point. At T = 1000 the ten tokens have "
            f"{entropy(softmax(logits / 1000)):.4f} of {np.log2(10):.4f} bits: all are "
            "equal, and nothing is visible.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# ### Your own text
#
# *{{ minutes }} minutes. For whoever has the model installed (`make model`, once).*

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model, surprisal

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
text = "The old man opened the door and a penguin walked in."
ids = model.encode(text)
rows = softmax(model.logits(ids, all_positions=True))
for row, i in zip(rows, ids[1:], strict=False):
    met = surprisal(float(row[i]))
    print(
        f"{entropy(row):5.1f} expected, {met:5.1f} met  {model.tokens[i]!r}"
    )
