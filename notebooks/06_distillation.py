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
# # 6 · Distillation
#
# {{ path }}
#
# A model gives every token a probability, and one is drawn. This lesson uses the others. In **distillation** a small network, the **student**, learns from all that a large one, the **teacher**, says
# about the *wrong* answers. The temperature of lesson 1 comes back to make them legible; here it is called tau.
#
# ## What you will be able to do
#
# - Read a teacher's soft targets, and say what tau can show and what it cannot.
# - Write the distillation loss.
# - Train students on hard and on soft targets, with the controls that a sceptic asks for.
# - Say where distillation helps and where it does not, with numbers and their spread.
# - Let a small model draft for a large one, and say what that does to the text.

# %% tags=["hide-input"]
import matplotlib
import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    bias_explorer,
    digits,
    distillation_gradient,
    distillation_loss,
    distribution_explorer,
    entropy,
    kl_divergence,
    log_softmax,
    plots,
    predict,
    quiz,
    recorded,
    recorded_corpus,
    recorded_peak,
    recorded_students,
    repetition_penalty,
    softmax,
    surprises,
    teacher_explorer,
    temperature,
    top_k,
    top_p,
)
from logitlab.distillation import MLP, train

# %% [markdown]
# ## Two questions first
#
# From lessons 4 and 5. Answer from memory, then commit.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "6-penalty",
            "A token was already written and has the logit -2. What is it after "
            "a repetition penalty of 1.5?",
            float(repetition_penalty([-2.0, 1.0], [0], 1.5)[0]),
            explain="A negative logit is multiplied, or the penalty would be a "
            "reward.",
        ),
        predict(
            "6-cross",
            "A teacher's distribution has 2.2 bits. A student's cross-entropy to "
            "it is 3.1 bits. How many bits is the KL divergence?",
            3.1 - 2.2,
            unit="bits",
            tolerance=0.01,
            explain="Cross-entropy = entropy + KL. The student cannot change the "
            "entropy, so lowering one lowers the other.",
        ),
    ]
)

# %% [markdown]
# ## A network in six lines
#
# Teacher and students are the plainest network there is, a **multilayer perceptron** (**MLP**):
#
# $$\text{logits} = \text{relu}(x\,W_1 + b_1)\,W_2 + b_2$$
#
# In words: multiply the pixels by a matrix, add, set what is below 0 to 0, multiply by a second matrix, add.
# The matrices are the **weights**. What is added is a **bias**: one number for each output, whatever the image.
# A column of the first matrix with its bias is a **unit**; ours has 256. The images are 1,797 handwritten digits
# of 8 by 8 pixels, from the [UCI collection](https://doi.org/10.24432/C50P49).

# %%
images, labels = digits()
order = np.random.default_rng(0).permutation(len(images))
images, labels = images[order], labels[order]
test, truth = images[900:], labels[900:]

rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, 0.2, (64, 256)), np.zeros(256)
W2, b2 = rng.normal(0, 0.1, (256, 10)), np.zeros(10)
hidden = np.maximum(images @ W1 + b1, 0)
logits = hidden @ W2 + b2
print("a label ", labels[0])
print("P(digit)", softmax(logits[0]).round(2))

# %% [markdown]
# Ten probabilities that mean nothing yet. **Training** changes that. Take a batch of images and compute the
# **loss**: minus the log of the probability of the right label, on average. Its **gradient** tells, for each
# weight and bias, how fast the loss would rise if that number were raised a little; move every number a little
# the other way. How little is the **learning rate**, and one pass over all images is an **epoch**.
#
# `train` does that, with [Adam](https://arxiv.org/abs/1412.6980), which fits the step to each weight. Derivatives
# come up only in a further part, *Why tau squared*: skip it if you have none.
#
# ## What a label leaves out
#
# 900 images train the teacher, the other 897 test everybody.

# %%
teacher = MLP((64, 256, 10), np.random.default_rng(0))
train(
    teacher,
    images[:900],
    labels[:900],
    epochs=60,
    rng=np.random.default_rng(1),
    learning_rate=3e-3,
)
teacher_logits = teacher.logits(images)


def accuracy(logits):
    return 100 * (logits.argmax(axis=1) == truth).mean()


print(f"{teacher.parameters:,} parameters, {len(test)} test images")
print(f"right on new images: {accuracy(teacher_logits[900:]):.0f} %")

# %% [markdown]
# One of the images is a 7 with a bar across its stem, as Europeans write it. The label says *7* and nothing else.

# %% tags=["hide-input"]
seven = int(np.flatnonzero(order == 828)[0])
p_seven = softmax(teacher_logits[seven])
best = [int(digit) for digit in np.argsort(-p_seven)]
predict(
    "6-second",
    f"The teacher is {100 * p_seven[7]:.0f} % sure that it is a 7. Which digit "
    "comes second?",
    str(best[1]),
    choices=("0", "1", "2", "8"),
    explain="With a shorter roof and no bar it would be a 1. Nobody told the "
    f"teacher; it found out. It gives the {best[1]} "
    f"{100 * p_seven[best[1]]:.1f} %: too little to see. Hence the dial.",
)

# %% [markdown]
# Turn tau up until you can read the order of the wrong answers, then look at the other images.

# %% tags=["hide-input"]
shown = [seven, *(int((labels[:900] == d).argmax()) for d in (3, 4, 8, 1))]
teacher_explorer(
    [f"Image {i + 1}: a {labels[row]}" for i, row in enumerate(shown)],
    images[shown],
    teacher_logits[shown],
    goal=Goal(
        "On image 1, find the tau at which the 7 is down to 60 %",
        "p:7",
        0.6,
        0.01,
    ),
)

# %%
for tau in (1, 4, 20, 1000):
    p = softmax(teacher_logits[seven] / tau)
    below = np.log2(10) - entropy(p)
    print(
        f"tau = {tau:<4}  7: {p[7]:.2f}  1: {p[1]:.2f}  4: {p[4]:.2f}  "
        f"0: {p[0]:.2f}   {below:.2f} bits below uniform"
    )

# %% [markdown]
# At tau = 4 one sees a 7 that looks a little like a 1, less like a 4, and not at all like a 0. At tau = 1000
# all images look alike to the eye. The logits are the same in every row.
#
# Is this knowledge, or noise? Take the runner-up of each digit, averaged over all its images:

# %%
soft = softmax(teacher_logits[:900] / 4)
by_digit = [soft[labels[:900] == d].mean(axis=0) for d in range(10)]
wrong_only = np.array(by_digit) * (1 - np.eye(10))
for d, row in enumerate(wrong_only):
    print(f"{d} → {row.argmax()}", end="   ")

# %% [markdown]
# Some look alike (3 → 9, 7 → 9). But 8 and 9 come eight times of ten, so this list decides nothing; the students
# will. Geoffrey Hinton called this **dark knowledge** in a talk of 2014; the
# [paper](https://arxiv.org/abs/1503.02531) of 2015 speaks of *soft targets*.
#
# **Exercises 6.1 and 6.2 now.** Soft targets by hand, and as a function.
#
# ### Words in place of digits
#
# *In the orchard he picked a ripe* ... A label, the next word of some text, would be `apple`.

# %%
orchard = recorded("In the orchard he picked a ripe")
p_orchard = softmax(orchard.logits)
for word in (" apple", " peach", " pear", " car", " hammer"):
    print(f"{word:8} {p_orchard[orchard.tokens.index(word)]:.7f}")

# %% [markdown]
# In lesson 1 `cheese` after *The sky is* had almost nothing. Almost nothing is not zero, and here you see that it
# means something. The label calls `pear` and `hammer` equally wrong; the model thinks one of them over ten thousand
# times likelier.
#
# ## The loss
#
# With $p_\tau$ the teacher's probabilities at temperature tau, $q_\tau$ the student's, and $y$ the label:
#
# $$\alpha\,\tau^2\,D(p_\tau \,\|\, q_\tau) \;+\; (1-\alpha)\,(-\log q_y)$$
#
# Read it so: how far the softened student is from the softened teacher, as the KL divergence of lesson 5; plus how
# surprised the student is by the label, at temperature 1, because that is how it will work. Alpha says how much
# the teacher counts. Tau squared keeps the first term in proportion when tau changes. Logarithms are natural
# here, so the unit is the nat. For the 7 and the network that knows nothing yet:

# %%
t, s = teacher_logits[seven], logits[seven]
tau, alpha = 4, 0.6
soft_part = kl_divergence(softmax(t / tau), softmax(s / tau), base=np.e)
hard_part = -log_softmax(s)[7]
print(f"KL {soft_part:.2f}, times tau² {tau**2 * soft_part:.2f}")
print(f"surprisal of the label {hard_part:.2f}")
whole = distillation_loss(s, t, 7, tau=tau, alpha=alpha)
print(f"loss {whole:.2f} nats")

# %% [markdown]
# **Exercises 6.3 and 6.4 now.** Write both as functions.
#
# ## Students
#
# A student has 128 units, half the teacher's, and 100 images, about ten of each digit. One learns from the labels,
# its twin from the teacher at tau = 4 with alpha = 1. All else is equal: images, first weights, order, 60 epochs,
# learning rate 0.01.


# %%
def student(seed, teacher_logits=None, **settings):
    """Test accuracy of a student of 100 images after each epoch, in %."""
    rows = np.random.default_rng([6, seed]).choice(900, 100, replace=False)
    network = MLP((64, 128, 10), np.random.default_rng([1, seed]))
    right = []
    if teacher_logits is not None:
        settings["teacher_logits"] = teacher_logits[rows]
    train(
        network,
        images[rows],
        labels[rows],
        epochs=60,
        rng=np.random.default_rng([2, seed]),
        learning_rate=0.01,
        report=lambda epoch: right.append(accuracy(network.logits(test))),
        **settings,
    )
    return right


hard = np.array([student(seed) for seed in range(6)])
soft = np.array([student(seed, teacher_logits, tau=4) for seed in range(6)])
print(f"hard labels: {hard[:, -1].mean():.0f} % right, mean of 6 students")

# %% tags=["hide-input"]
by_epoch = plots.curves(
    np.arange(1, 61),
    {"soft, tau = 4": soft.mean(axis=0), "hard labels": hard.mean(axis=0)},
    xlabel="epoch",
    ylabel="test accuracy, %",
    title="Two kinds of student on the same 100 images",
)
display(
    predict(
        "6-gain",
        "And the soft ones, in per cent?",
        round(float(soft[:, -1].mean())),
        unit="%",
        tolerance=1,
        explain="With no new image and no new label. They start more slowly and "
        "end higher.",
        figure=by_epoch,
    ),
    by_epoch[0].numbers,
)

# %% tags=["hide-input"]
plots.show(*by_epoch)

# %% [markdown]
# A soft target is soft, says how sure the teacher is of *this* image, and says which wrong answers are likelier.
# Which of the three helps? Controls take them apart:
#
# - **Smoothed** labels: a tenth of each label is spread evenly. Soft, and no knowledge at all.
# - **Flat** targets: the label keeps the teacher's probability of it, image by image, and the rest is spread evenly.
#   How sure, and nothing else.
# - **Shuffled** targets: the flat ones, dealt out to the wrong images. As soft, and sure of nothing in particular.
# - **Scrambled** targets: the teacher's logits of the nine wrong digits change places. As sure as before, and
#   wrong about what is alike.
#
# A flat target, in code:

# %%
row = np.arange(900)
sure = softmax(teacher_logits[:900] / 4)[row, labels[:900]]
flat = np.repeat((1 - sure)[:, None] / 9, 10, axis=1)
flat[row, labels[:900]] = sure
print("soft", softmax(teacher_logits[seven] / 4).round(2))
print("flat", flat[seven].round(2))

# %% [markdown]
# Six students are too few for small differences, so what follows was recorded with 36 students of each kind, in
# pairs with the same images and first weights. `recorded_students` holds every run.

# %% tags=["hide-input"]
students = recorded_students()


def right(experiment, setting):
    """Per cent of the 897 test images, for each student."""
    return 100 * students[experiment][setting] / 897


def gain(a, b):
    """Mean of the differences pair by pair, and half of its 95 % interval."""
    return (a - b).mean(), 1.96 * (a - b).std(ddof=1) / np.sqrt(len(a))


kinds = {
    name: gain(right("kinds", kind), right("kinds", "hard"))
    for name, kind in {
        "soft": "soft",
        "flat": "flat",
        "shuffled": "shuffled",
        "scrambled": "scrambled",
        "smoothed": "smoothed",
    }.items()
}
share = kinds["flat"][0] / kinds["soft"][0]
with matplotlib.rc_context({"font.size": 10, "font.family": "DejaVu Sans"}):
    figure = matplotlib.figure.Figure(
        figsize=(7.2, 2.6), layout="constrained"
    )
    ax = figure.subplots()
    means, halves = np.array(list(kinds.values())).T
    places = np.arange(len(kinds))[::-1]
    ax.barh(places, means, height=0.55, color=plots.COLOURS[0])
    ax.errorbar(
        means, places, xerr=halves, fmt="none", color=plots.INK, capsize=4
    )
    ax.axvline(0, color=plots.GREY, lw=1)
    ax.set_yticks(places, list(kinds))
    ax.set(xlabel="points ahead of hard labels, with 95 % interval")
    ax.spines[["top", "right"]].set_visible(False)
controls = (
    figure,
    "Points ahead of hard labels, mean of 36 pairs: "
    + "; ".join(f"{k} {m:+.1f} ± {h:.1f}" for k, (m, h) in kinds.items())
    + ".",
)
of_controls = plots.Numbers(
    "Points ahead of hard labels, 36 pairs.",
    {
        "targets": list(kinds),
        "mean": means,
        "from": means - halves,
        "to": means + halves,
    },
)
display(
    predict(
        "6-flat",
        "How much of the gain is left for students who learn only how sure "
        "the teacher is?",
        "about a third",
        choices=("nothing", "about a third", "about all of it"),
        explain="Soft targets: "
        f"{kinds['soft'][0]:.1f} points ahead of hard labels; flat ones: "
        f"{kinds['flat'][0]:.1f}. Scrambled ones gain nothing that could be "
        "told from chance, nor do shuffled and smoothed ones.",
        figure=controls,
    ),
    of_controls,
)

# %% tags=["hide-input"]
plots.show(*controls, of_controls)

# %% [markdown]
# About a third of the gain is *how sure* the teacher is of this image: easy images get a firm target,
# ambiguous ones a soft one. The rest is *which wrong answers*, the dark knowledge. Scrambling does not separate the
# two. It keeps the sureness and adds false likenesses, and the two cancel.
#
# All this at a learning rate of 0.01 and 60 epochs. *What the gain depends on* changes both.
#
# ## Which tau?

# %% tags=["hide-input"]
taus = [1, 2, 4, 8, 20, 100, 1000, 10000]
wide = {
    "100 images, 128 units": [
        right("tau", str(tau)).mean() for tau in taus
    ],
    "hard labels": [right("kinds", "hard").mean()] * len(taus),
}
narrow = {
    "900 images, 8 units": [
        right("small student", str(tau)).mean() for tau in taus[:6]
    ],
    "hard labels": [right("small student", "hard").mean()] * 6,
}
predict(
    "6-why-tau",
    "*For the teacher, take tau = 3 to 4*, an article advises. Which student is "
    "harmed by a tau of 20?",
    "a narrow one",
    choices=("a narrow one", "a wide one", "both"),
    explain="Our wide students do as well at 20, or at 1,000. A narrow one has no "
    "room for the faint differences that a large tau brings up: at 20 it is "
    f"{narrow['hard labels'][0] - narrow['900 images, 8 units'][4]:.0f} points "
    "behind hard labels.",
)

# %% tags=["hide-input"]
axes = {"xlabel": "tau", "ylabel": "test accuracy, %", "log_x": True}
title = "Wide students: too small a tau is the only mistake"
plots.show(*plots.curves(taus, wide, title=title, markers=True, **axes))

# %% tags=["hide-input"]
title = "Narrow students: a large tau does harm"
plots.show(
    *plots.curves(taus[:6], narrow, title=title, markers=True, **axes)
)

# %% [markdown]
# At tau = 1 the wrong answers are small, and most of the gain is missing. From 4 on the wide student hardly
# cares: at 1,000 your eye sees a uniform distribution, but the loss, multiplied by tau squared, still sees the
# differences of the logits. With 8 units tau = 1, 2 and 4 cannot be told from hard labels; 8 is worse than 4, and at 20 the student is
# behind the labels. (The two figures differ in images, too.) [The paper](https://arxiv.org/abs/1503.02531) found more:
# with 30 units 2.5 to 4 was best, with 300 all above 8 did alike.
#
# And the factor tau squared? As long as the teacher has all the weight, it changes nothing: Adam fits its steps to the
# size of the gradient. It matters where teacher and label share the loss. Alpha = 0.5, 36 students each:

# %%
for tau in (4, 20):
    for factor in ("with", "without"):
        scores = right("tau squared", f"tau = {tau}, {factor}")
        print(
            f"tau = {tau:<2} {factor:7} tau²: {scores.mean():.0f} %",
            end="   ",
        )
    print()
print(f"hard labels alone: {right('kinds', 'hard').mean():.0f} %")

# %% [markdown]
# At tau = 20 the teacher falls silent without it, and what is left is almost only the label.
#
# ## The digit it never saw
#
# Take every 3 out of the student's training set. The teacher knew 3s. Can a student learn what a 3 looks like
# from the nine other digits?


# %%
def omitted(tau=None):
    """Logits for the test images of a student that never saw a 3."""
    rest = np.flatnonzero(labels[:900] != 3)
    network = MLP((64, 64, 10), np.random.default_rng([1, 0]))
    soft = (
        {"teacher_logits": teacher_logits[rest], "tau": tau} if tau else {}
    )
    train(
        network,
        images[rest],
        labels[rest],
        epochs=60,
        rng=np.random.default_rng([2, 0]),
        learning_rate=3e-3,
        **soft,
    )
    return network.logits(test)


def threes(logits, bias=0.0):
    """Share of the 3s that are known, in %, and errors in all."""
    answers = (logits + bias * (np.arange(10) == 3)).argmax(axis=1)
    known = 100 * (answers[truth == 3] == 3).mean()
    return known, int((answers != truth).sum())


unseen = {"hard": omitted(), "tau = 1": omitted(1), "tau = 4": omitted(4)}
print(f"hard labels: knows {threes(unseen['hard'])[0]:.0f} % of the 3s")

# %% tags=["hide-input"]
known = {
    name: 100 * rows[:, 1].mean() / (truth == 3).sum()
    for name, rows in students["never saw a 3"].items()
}
predict(
    "6-never-soft",
    "And with soft targets at tau = 4? In per cent of the 3s, mean of 12 "
    "students.",
    round(known["tau = 4"]),
    unit="%",
    tolerance=8,
    explain="It learned the 3 from the way the others are a little like a 3. At "
    f"tau = 1 it is about {known['tau = 1']:.0f} %: there the 3 stays "
    "behind the others.",
)

# %% [markdown]
# A class that never was the answer also ends its training with a bias that is too low. Raise that one number and see what
# there is behind it:

# %% tags=["hide-input"]
least = min(
    threes(unseen["tau = 4"], b)[1] for b in np.arange(-2, 6.05, 0.1)
)
some_biases = [*range(-2, 7)]
errors = {
    name: [threes(z, b)[1] for b in some_biases]
    for name, z in unseen.items()
}
display(
    bias_explorer(
        {name: unseen[name] for name in reversed(unseen)},
        truth,
        3,
        goal=Goal(
            f"Find a bias that leaves the student of tau = 4 with {least} errors",
            "errors",
            least,
            0,
        ),
        title="Raising the bias of the 3",
    ),
    plots.Numbers(
        "Errors in all, for each student.", {"bias": some_biases} | errors
    ),
)

# %% [markdown]
# The hard student can be raised as well, and there is less behind it. Over 12 students the best bias lies anywhere
# from 0 to 11, beyond the slider, and brings from none to half of the 3s, a fifth on average.
#
# ## What the gain depends on

# %% tags=["hide-input"]
counts = [50, 100, 200, 400, 900]
by_n = {
    n: gain(
        right("images", f"{n}, soft")
        if n != 100
        else right("kinds", "soft"),
        right("images", f"{n}, hard")
        if n != 100
        else right("kinds", "hard"),
    )
    for n in counts
}
ahead = plots.curves(
    counts,
    {
        "soft minus hard": [by_n[n][0] for n in counts],
        "upper end": [sum(by_n[n]) for n in counts],
        "lower end": [by_n[n][0] - by_n[n][1] for n in counts],
    },
    xlabel="images",
    ylabel="points",
    title="Soft minus hard labels, with the 95 % interval of the mean",
    log_x=True,
    markers=True,
)
predict(
    "6-plenty",
    "All 900 images of the teacher, with their labels, and the same 60 epochs. "
    "Soft or hard targets: which are ahead?",
    "hard" if by_n[900][0] < 0 else "soft",
    choices=("soft", "hard"),
    explain="By a little: "
    f"{-by_n[900][0]:.1f} points. With all the labels a student equals its "
    "teacher, and whoever copies a teacher copies its mistakes too.",
)

# %% tags=["hide-input"]
plots.show(*ahead)

# %% [markdown]
# The more labels, the smaller the gain. Of the test images that the teacher gets wrong, students of all 900 images give the
# very same wrong answer to:

# %%
wrong = (teacher_logits[900:].argmax(axis=1) != truth).sum()
for kind, same in students["mistakes copied"].items():
    print(f"{kind}: {same.mean():.1f} of {wrong}, mean of 12 students")

# %% [markdown]
# Most of these mistakes are made by students that never saw the teacher as well. Soft ones add three.
#
# What else does the gain depend on? Each row is 12 or 36 pairs that differ in the targets alone, the
# soft ones at tau = 4 unless it says otherwise; ± is half of the 95 % interval.


# %% tags=["hide-input"]
def told(what, soft, hard):
    """Print both means, and the gain with half of its 95 % interval."""
    mean, half = gain(soft, hard)
    print(
        f"{what:32} hard {hard.mean():.0f}  this {soft.mean():.0f}  "
        f"gain {mean:+.1f} ± {half:.1f}"
    )


for rate, epochs in (
    ("0.001", 60),
    ("0.003", 60),
    ("0.003", 240),
    ("0.01", 5),
    ("0.01", 120),
    ("0.03", 60),
):
    key = f"{rate}, {epochs} epochs, "
    told(
        f"rate {rate}, {epochs} epochs",
        right("learning rate", key + "soft"),
        right("learning rate", key + "hard"),
    )
told(
    "5 epochs, tau = 1",
    right("learning rate", "0.01, 5 epochs, tau = 1"),
    right("learning rate", "0.01, 5 epochs, hard"),
)
# %%
for alpha in ("0.1", "0.5", "0.9"):
    told(f"alpha = {alpha}", right("alpha", alpha), right("kinds", "hard"))
told(
    "800 units, 100 images",
    right("800 units", "100, soft"),
    right("800 units", "100, hard"),
)
for kind in ("soft", "smoothed"):
    told(
        f"900 images, {kind}",
        right("images", f"900, {kind}"),
        right("images", "900, hard"),
    )

# %% [markdown]
# **A smaller step or fewer epochs**: level or behind. Targets softened at tau = 4 take longer to learn, and at 240
# epochs they are ahead again; at tau = 1 they keep up with the labels. Hard labels gain nothing by more time or a larger
# step, so the comparison above was fair to them. **800 units**: on 100 images the gain is there too. **All 900 images**:
# it is gone, and smoothing, which knows nothing, is ahead of both.
#
# So soft targets help **with few labels and time enough**.

# %% [markdown]
# ## What the argmax does not see
#
# Most leaderboards take the argmax and drop the rest. (Not all: perplexity, Brier score and calibration error
# read the distribution.) What it does not see, in 36 students of each kind and their teacher:

# %%
print(f"{'':14} right   sure     Brier  bits   ECE    if perfect")
for name, rows in students["calibration"].items():
    a, b, c, d, e, perfect = rows.mean(axis=0)
    print(
        f"{name:14} {100 * a:.0f} %   {100 * b:3.0f} %   {c:.2f}   "
        f"{d:.2f}  {100 * e:4.1f} %  {100 * perfect:4.1f} %"
    )

# %% [markdown]
# *Sure* is the mean probability of the answer given, *bits* the surprisal of the right label, ECE the calibration
# error of lesson 5, and the last column what a model would show that is right exactly as often as it says. The smoothed
# ones say far less than they know. The distilled student at tau = 4 is calibrated about as well as the teacher, although
# its targets were softened on purpose: the student was softened too in training, and at work nobody softens it. Lesson
# 5's cure, one temperature fitted on
# half of the images and judged on the other half, helps the smoothed ones too:

# %%
T, untuned, tuned = students["lesson 5's cure"]["smoothed"].mean(axis=0)
print(f"T = {T:.2f}: ECE from {100 * untuned:.0f} to {100 * tuned:.0f} %")

# %% [markdown]
# ## A student of language
#
# Now the real model teaches. The student is small: a **bigram table**, which holds for each token a distribution
# over the next and looks at nothing else. The corpus: 96 texts that SmolLM2 wrote after *Once upon a time*, at T = 1,
# nothing removed. At every place two things were kept: the token that was **drawn**, a hard label, and the
# **distribution** it was drawn from, a soft one.

# %%
corpus = recorded_corpus()
place = 616
print(
    f"{len(corpus.text):,} places, {len(corpus.tokens) - 1} tokens by name"
)
print("after", repr(corpus.tokens[corpus.previous[place]]))
print("drawn:", repr(corpus.tokens[corpus.following[place]]))
for i in np.argsort(-corpus.probs[place])[:4]:
    print(f"{corpus.tokens[i]!r:8} {corpus.probs[place, i]:.3f}")

# %% [markdown]
# The model leaned on *as*, and the draw took *to*. That is all a hard label will ever say of this place.
# (The 399 tokens that the model expects most often are classes of their own, all others are one class.)
#
# Both students count: the hard one adds 1 to a cell, the soft one spreads that 1 over the row. Then each row is mixed
# with the student's overall frequencies, `k` parts of them. Eight texts choose `k`, 24 test.

# %%
size = len(corpus.tokens)
soft_answers, hard_answers = corpus.probs, np.eye(size)[corpus.following]


def bigrams(texts, answers, k):
    """A row for each token: the probabilities of the next."""
    rows = np.isin(corpus.text, texts)
    table = np.zeros((size, size))
    np.add.at(table, corpus.previous[rows], answers[rows])
    overall = (table.sum(axis=0) + 0.5) / (table.sum() + 0.5 * size)
    return (table + k * overall) / (table.sum(axis=1, keepdims=True) + k)


def bits(q, texts):
    """Cross-entropy of a table to what the teacher answers, a token."""
    rows = np.isin(corpus.text, texts)
    log_q = np.log2(q)[corpus.previous[rows]]
    return -(corpus.probs[rows] * log_q).sum(axis=1).mean()


def fitted(texts, answers):
    tables = [bigrams(texts, answers, k) for k in (1, 3, 10, 30, 100)]
    return min(tables, key=lambda q: bits(q, np.arange(24, 32)))


tested = np.arange(24)
hard_table = fitted(np.arange(32, 96), hard_answers)
soft_table = fitted(np.arange(32, 96), soft_answers)
print(f"64 texts, hard labels: {bits(hard_table, tested):.1f} bits a token")
floor = entropy(corpus.probs[corpus.text < 24]).mean()
print(f"the teacher's own entropy: {floor:.1f} bits")

# %% tags=["hide-input"]
texts = [2, 4, 8, 16, 32, 64]
tables = students["bigram tables"]
by_texts = {
    kind: np.array(
        [tables[f"{n} texts, {kind}"].mean(axis=0) for n in texts]
    )
    for kind in ("hard", "soft")
}
predict(
    "6-bigram",
    "How many texts with soft labels are needed to predict the teacher better "
    "than those 64 hard ones?",
    str(
        next(
            n
            for n, b in zip(texts, by_texts["soft"][:, 0], strict=True)
            if b < by_texts["hard"][-1, 0]
        )
    ),
    choices=("8", "32", "64"),
    explain="Each soft label carries what many draws at the same place would have told.",
)

# %% tags=["hide-input"]
plots.show(
    *plots.curves(
        texts,
        {kind: rows[:, 0] for kind, rows in by_texts.items()},
        xlabel="texts",
        ylabel="bits a token",
        title="Bigram tables taught by SmolLM2",
        log_x=True,
        markers=True,
    )
)

# %% [markdown]
# (Means of 12 draws of the texts; 64 are all of them.) Soft tables are ahead at every size. Neither comes near the
# teacher, because a bigram table cannot: it sees one token back.
#
# And the argmax of the bigram tables? At half of the places the teacher's favourite is the class *any other token*,
# which is no token at all. On the places where it has a name, the table's favourite agrees:

# %%
for n in (8, 64):
    for kind in ("hard", "soft"):
        agree = tables[f"{n} texts, {kind}"][:, 1].mean()
        print(f"{n:2} texts, {kind}: {100 * agree:.0f} %", end="   ")
    print()

# %% [markdown]
# ## Two models, one text
#
# What is such a student good for? A large model writes slowly, one pass for each token, but in one pass it can *check*
# several tokens that stand there already. So let a small model, the **draft**, write ahead. Where the draft's
# probabilities are $q$ and the large model's $p$, for each token $x$ drawn from $q$:
#
# 1. keep it with probability $\min(1,\; p(x)/q(x))$;
# 2. if it is not kept, draw another from $\max(p - q,\, 0)$, divided by its sum, and drop what was drafted after it.
#
# This is **speculative sampling** ([Leviathan and others](https://arxiv.org/abs/2211.17192),
# [Chen and others](https://arxiv.org/abs/2302.01318)), and large models are served with it.

# %% tags=["hide-input"]
predict(
    "6-draft",
    "A bad draft: what does it cost?",
    "time only",
    choices=("time only", "quality only", "both"),
    explain="A token comes out kept with q · min(1, p/q) = min(p, q). What is "
    "missing to p is p - min(p, q) = max(p - q, 0): exactly what the second "
    "draw is from. The text is the large model's, whatever the draft.",
)

# %% [markdown]
# Check it at the place above, with the soft table as the draft:

# %%
p, q = corpus.probs[place], soft_table[corpus.previous[place]]
kept = np.minimum(p, q)
correction = np.maximum(p - q, 0)
correction /= correction.sum()
out = kept + (1 - kept.sum()) * correction
print("what comes out is the teacher's p:", np.allclose(out, p))

# %% [markdown]
# **Exercise 6.5 now.** Write the step.
#
# A draft token is kept with probability $\sum_x \min(p(x), q(x))$, the overlap of the two distributions. Over all places
# of the test texts:

# %% tags=["hide-input"]
drafts = {kind: 100 * rows[:, 2] for kind, rows in by_texts.items()}
predict(
    "6-accept",
    "The soft table of 64 texts drafts for SmolLM2. Which share of its tokens is "
    "kept?",
    round(drafts["soft"][-1]),
    unit="%",
    tolerance=6,
    explain=f"The hard table's: {drafts['hard'][-1]:.0f} %.",
)

# %% tags=["hide-input"]
plots.show(
    *plots.curves(
        texts,
        {f"draft of {kind} labels": rows for kind, rows in drafts.items()},
        xlabel="texts",
        ylabel="tokens kept, %",
        title="Better students are better drafts",
        log_x=True,
        markers=True,
    )
)

# %% [markdown]
# The half bit that the soft table is ahead becomes tokens: the closer $q$ is to $p$, the more of them are kept. Eight
# soft texts make about as good a draft as 64 hard ones. But much of what is kept is the class *any other token*, which
# a real draft would have to name. Tokens with a name alone:

# %%
for kind, rows in by_texts.items():
    print(f"{kind}, 64 texts: {100 * rows[-1, 3]:.0f} % kept by name")

# %% [markdown]
# With the whole vocabulary the share lies between the two. (And no clock was stopped: a real draft must also be much
# faster than what it drafts for.)
#
# ## Six lessons, one distribution
#
# One number, three jobs: T at the sampler says **how determined the draw is**; turned up while you look, it says
# **how much of the knowledge can be read**; as tau in the loss, **how much the unlikely answers weigh**. And one
# distribution, the real model's after *The capital of Australia is*, before and after each lesson:

# %% tags=["hide-input"]
capital = recorded("The capital of Australia is")
p_capital = softmax(capital.logits)
eight = np.argsort(-p_capital)[:8]
said = repetition_penalty(
    capital.logits + recorded_peak("The capital of Australia is"),
    [int(eight[0])],
    1.3,
)
before = 100 * p_capital[eight]
changes = {
    "1 Temperature, T = 0.5": softmax(temperature(capital.logits, 0.5)),
    "2 Top-p, p = 0.75": softmax(top_p(capital.logits, 0.75)),
    "3 Top-k, k = 5": softmax(top_k(capital.logits, 5)),
    "4 Penalty 1.3 on Sydney": softmax(said),
    "5 Entropy: each one's bits": -p_capital * np.log2(p_capital) / 100,
    "6 Distillation: label and target": p_capital,
}
after = {name: 100 * p[eight] for name, p in changes.items()}
label = np.where(np.arange(8) == 0, 100.0, 0.0)
names = [capital.tokens[i].strip() for i in eight]
with matplotlib.rc_context({"font.size": 9, "font.family": "DejaVu Sans"}):
    figure = matplotlib.figure.Figure(
        figsize=(8.2, 5.6), layout="constrained"
    )
    for ax, (name, values) in zip(
        figure.subplots(2, 3).flat, after.items(), strict=True
    ):
        first = label if name.startswith("6") else before
        if name.startswith("5"):
            ax.set_ylabel("bits")
        else:
            ax.bar(np.arange(8) - 0.2, first, 0.4, color=plots.GREY)
            ax.set_ylabel("%")
        ax.bar(np.arange(8) + 0.2, values, 0.4, color=plots.COLOURS[0])
        ax.set_xticks(range(8), names, rotation=60, ha="right")
        ax.set_title(name, fontsize=9, loc="left")
        ax.spines[["top", "right"]].set_visible(False)
plots.show(
    figure,
    "Six panels, one for each lesson, of the eight likeliest words after The "
    "capital of Australia is: grey before, blue after. Temperature sharpens, "
    "top-p and top-k cut, the penalty lowers Sydney, entropy gives each word "
    "its bits, distillation has one full bar for the label and all bars for "
    "the target.",
    plots.Numbers(
        "Before and after, in per cent; lesson 5 in bits.",
        {"word": names, "before": before, "a label": label} | after,
    ),
)

# %% [markdown]
# ## What to remember
#
# | | hard label | soft target |
# |---|---|---|
# | says | which answer | which answer, how sure, and how alike the others are |
# | helps most | with plenty of labels | with few labels and time enough |
# | the loss | −log of the label's probability | tau² KL(teacher ‖ student), both softened |
# | at work | temperature 1 | temperature 1: nobody softens then |
#
# **A label says which answer. The whole distribution says what the model knows.**
#
# ## Your guesses
#
# Largest surprise first.

# %% tags=["hide-input"]
surprises("6-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/06_distillation.ipynb), if you have not done them on the way. This was the last
# lesson. Go back to any slider in the course and say, before you move it, what happens to the whole distribution.
# [Bugs that shipped](../exercises/bugs_that_shipped.ipynb) has faults of real samplers for you to mend.
#
# [Course home](../book/index.md)
#
# ## Further
#
# ### Words, softened
#
# *{{ minutes }} minutes. For whoever works with language models more than with digits.*
#
# Six words for the orchard, the fig among them, and nothing else.

# %% tags=["hide-input"]
words = [" apple", " peach", " pear", " fig", " car", " hammer"]
ids = [orchard.tokens.index(word) for word in words]
distribution_explorer(
    words,
    orchard.logits[ids],
    knobs={"temperature": 1.0},
    temperature_range=(0.5, 20.0),
    goal=Goal(
        "Find the T (tau) that brings the pear to 15 %",
        "p: pear",
        0.15,
        0.002,
    ),
    title="Six words for the orchard",
)

# %% [markdown]
# After *The capital of Australia is*, the favourite is wrong: an argmax would teach *Sydney*. The distribution still
# teaches that Canberra is nearly as good, and that a banana is not a capital.

# %%
for word in (" Sydney", " Canberra", " Melbourne", " Paris", " banana"):
    print(f"{word:10} {p_capital[capital.tokens.index(word)]:.2g}")

# %% [markdown]
# **Your own prompt.** With the model installed (`make model`, once): what would you teach a student after it, with
# one word and with all of them?

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "On the table there was a knife, a fork and a"
live = model.logits(model.encode(prompt))
for i in np.argsort(-live)[:8]:
    shares = [softmax(temperature(live, tau))[i] for tau in (1, 4)]
    print(f"{model.tokens[i]:12} {shares[0]:.4f}  tau = 4: {shares[1]:.4f}")

# %% [markdown]
# ### 99 % and 40 %
#
# *{{ minutes }} minutes. For whoever likes to catch an article at a sum.*
#
# It explains tau with a teacher that says "3 with 99 %" at tau = 1, and at tau = 20 "3: 40 %, 8: 25 %, 5: 15 %".
# Suppose that the other nine digits share the 1 % equally.

# %% tags=["hide-input"]
ninety_nine = np.log([0.99] + [0.01 / 9] * 9)
predict(
    "6-forty",
    "Then how much does the 3 have at tau = 10, in per cent?",
    round(100 * float(softmax(ninety_nine / 10)[0]), 1),
    unit="%",
    tolerance=2,
    explain="Odds are raised to the power 1/10, and 891 to 1 becomes 2 to 1, "
    "against each of nine. At tau = 20 it is less still.",
)

# %% [markdown]
# So with equal others 40 % is out of reach at tau = 20. Another split of the 1 % can reach it. What no split gives is
# 40, 25 and 15 % together, and the proof takes three lines. **Exercise 6.7** is that proof.
#
# ### Why tau squared
#
# *{{ minutes }} minutes. For whoever trains networks and has derivatives.*
#
# "The gradients of the soft part shrink like 1/tau²", one reads, "so multiply by tau²." The exact gradient of the bare
# KL along the student's logits is
#
# $$\frac{\partial D}{\partial s} = \frac{q_\tau - p_\tau}{\tau}$$
#
# and has two factors. One is 1/tau, from the chain rule. The other is the difference of the softened distributions,
# and it shrinks too, because at a high tau both are nearly uniform. Take the teacher's ten logits for the 7, and a
# student that knows nothing yet, all zeros.


# %%
def size_of_gradient(tau):
    """Length of the gradient, for a student of ten zeros."""
    return np.linalg.norm(softmax(np.zeros(10)) - softmax(t / tau)) / tau


print(f"length at tau = 1: {size_of_gradient(1):.2f}")


# %% tags=["hide-input"]
predict(
    "6-shrink",
    "From tau = 1 to tau = 20: how many times smaller does that gradient become?",
    round(float(size_of_gradient(1) / size_of_gradient(20))),
    unit="times",
    tolerance=40,
    explain="The rule says 400. It is exact only for a tau far above the logits.",
)

# %%
limit = np.linalg.norm(t - t.mean()) / 10
for tau in (1, 4, 20, 100):
    part = tau**2 * size_of_gradient(tau) / limit
    print(f"tau = {tau:<3}  tau² gradient: {100 * part:.0f} % of its limit")

# %% [markdown]
# The limit is that of large tau: there q is about (1 + (s − mean s) / tau) / 10, and tau² times the gradient becomes
# a difference of centred *logits*. Distilling at a high temperature is squared error between logits in disguise.
#
# Does the factor matter in training? With alpha = 1 it cannot, with this optimizer: Adam divides every gradient by
# its own size, and a factor in front of the whole loss falls out. Where the label has a say it does: see *Which tau?*
# in the core. Check the gradient of the whole loss on the library, by moving each logit a little:

# %%
ours = distillation_gradient(s, t, 7, tau=3.0, alpha=0.6)
slopes = [
    (
        distillation_loss(s + step, t, 7, tau=3.0, alpha=0.6)
        - distillation_loss(s - step, t, 7, tau=3.0, alpha=0.6)
    )
    / 2e-5
    for step in 1e-5 * np.eye(10)
]
print("same as measured:", np.allclose(ours, slopes, atol=1e-6))

# %% [markdown]
# **Alpha, and whose.** Here alpha weighs the *teacher*. In the
# [Keras example](https://keras.io/examples/vision/knowledge_distillation/) it weighs the labels. The same 0.1 means
# opposite things, and neither program will complain. Some leave out tau². Read the line that adds the terms.
#
# **Exercises 6.8 to 6.11.** The gradient, tau squared for one logit, three foreign alphas, a batch.
#
# ### Beside the paper: the omitted 3
#
# *{{ minutes }} minutes. For whoever has read section 3 of Hinton's paper.*
#
# Twelve students a row. The best bias was looked for from 0 to 25, on the test set, in the paper as here: the right
# half of each row flatters.

# %%
for name, rows in students["never saw a 3"].items():
    errors, found, bias, errors_after, found_after = rows.mean(axis=0)
    total = (truth == 3).sum()
    print(
        f"{name:8} knows {100 * found / total:3.0f} %, "
        f"{errors:5.0f} errors;  bias +{bias:4.1f}: "
        f"{100 * found_after / total:3.0f} %, {errors_after:4.0f} errors"
    )
paper = {"before": (206, 133), "bias +3.5": (109, 14)}
for name, (wrong_all, wrong_threes) in paper.items():
    print(
        f"paper, {name:9} knows {100 * (1 - wrong_threes / 1010):.1f} %, "
        f"{wrong_all} errors of 10,000"
    )

# %% [markdown]
# What differs: 8 by 8 pixels, the 900 images without their 3s, 64 units, tau = 4. What does not: a bias that goes
# up by two or three units and
# brings nearly all 3s. At tau = 1, where hardly any were known, it still brings four in five: the likeness was learned,
# and lay under the bias.
#
# **Exercise 6.12.** Read such a student's errors.
#
# ### Which way round is the KL
#
# *{{ minutes }} minutes. For whoever will write a distillation loss in PyTorch.*
#
# KL(teacher ‖ student), the *forward* one, weighs by the teacher. KL(student ‖ teacher), the *reverse* one, weighs by the
# student. When the student can match the teacher exactly, both are 0. When it cannot, they want different things. A
# teacher with two peaks, at 5 and at 15, and a student that can be one bump only, of any place and width:

# %%
numbers = np.arange(21)


def bump(centre, width):
    p = np.exp(-0.5 * ((numbers - centre) / width) ** 2)
    return p / p.sum()


peaks = (bump(5, 1.2) + bump(15, 1.2)) / 2
bumps = {
    (centre, width): bump(centre, width)
    for centre in np.arange(0, 20.5, 0.5)
    for width in np.arange(0.8, 12, 0.2)
}
nearest = {
    "forward": min(bumps, key=lambda one: kl_divergence(peaks, bumps[one])),
    "reverse": min(bumps, key=lambda one: kl_divergence(bumps[one], peaks)),
}
print(f"teacher: {100 * peaks[8:13].sum():.0f} % from 8 to 12")
for name, (centre, width) in nearest.items():
    middle = 100 * bumps[centre, width][8:13].sum()
    print(f"{name}: centre {centre:g}, width {width:.1f}, {middle:.0f} %")

# %% [markdown]
# Forward: one broad bump, which also covers the middle, where the teacher puts almost nothing. Reverse: one peak, and the
# other given up. A student that writes text with the first may say things that no teacher would; with the second it
# says less than it could. [MiniLLM](https://arxiv.org/abs/2306.08543) trains with the reverse one for that reason.
#
# With several teachers $p_1 \dots p_n$ and a student that can be anything, the forward one averages probabilities, and
# the reverse one averages logits:
#
# $$\min_q \sum_i D(p_i \,\|\, q) \;\Rightarrow\; q \propto \sum_i p_i
# \qquad\qquad \min_q \sum_i D(q \,\|\, p_i) \;\Rightarrow\; q \propto \exp \sum_i \tfrac1n \log p_i$$
#
# PyTorch's `kl_div(input, target)` takes the *student* first, as log-probabilities, and the teacher second, as
# probabilities; and `reduction="mean"` divides by the number of classes too, so it wants `"batchmean"`. If you have
# torch:

# %% tags=["skip-execution", "nbval-skip"]
try:
    import torch
    from torch.nn.functional import cross_entropy, kl_div
except ImportError:
    print("torch is not installed here")
else:
    teacher_p, student_q = softmax([[3, 1.5, -0.5]]), softmax([[2, 1, 0.5]])
    p, log_q = torch.tensor(teacher_p), torch.tensor(np.log(student_q))
    print("ours   ", kl_divergence(teacher_p, student_q, base=np.e))
    print("torch  ", kl_div(log_q, p, reduction="batchmean"))
    print("swapped", kl_div(p.log(), log_q.exp(), reduction="batchmean"))
    print("mean   ", kl_div(log_q, p, reduction="mean"))
    student_z, teacher_z = torch.tensor([[2, 1, 0.5]]), [[3, 1.5, -0.5]]
    targets = torch.softmax(torch.tensor(teacher_z) / 3, -1)
    softened = torch.log_softmax(student_z / 3, -1)
    soft = kl_div(softened, targets, reduction="batchmean")
    hard = cross_entropy(student_z, torch.tensor([0]))
    print("loss   ", (0.7 * 9 * soft + 0.3 * hard).item())
    print(
        "ours   ",
        distillation_loss([2, 1, 0.5], teacher_z[0], 0, tau=3.0, alpha=0.7),
    )

# %% [markdown]
# ### Texts as targets
#
# *{{ minutes }} minutes. For whoever distils language models.*
#
# Our bigram table met each place of a fixed corpus with the teacher's whole distribution. Two other ways are common.
#
# **Sequence-level** ([Kim and Rush](https://arxiv.org/abs/1606.07947), 2016): let the teacher write whole texts,
# by *beam search*, which keeps the likeliest of several beginnings, and train the student on them as if a person
# had written them. Each target is a hard label again, the teacher's
# favourite. It is distillation all the same, since the labels say what *this* teacher would write, which is easier to
# learn than what all people write. It needs no probabilities, only text, so it works through an API.
#
# **On-policy** ([GKD](https://arxiv.org/abs/2306.13649), [MiniLLM](https://arxiv.org/abs/2306.08543), 2023): let
# the *student*
# write, and the teacher put its distribution beside each token. A student trained on the teacher's texts has never seen
# the places that its own mistakes lead to; here it meets those and no others. The price is that both models run
# during training.
#
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever reads about distillation elsewhere.*
#
# Five sentences, most of them printed. Some are right. Each verdict is computed in the cell.

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
tops = {
    int(softmax(teacher_logits[seven] / tau).argmax())
    for tau in (0.1, 1, 4, 20, 1000)
}
gaps = [
    np.log2(10) - entropy(softmax(teacher_logits[seven] / tau))
    for tau in (4, 1000)
]
ratio = {tau: tau**2 * size_of_gradient(tau) / limit for tau in (1, 100)}
softer = softmax(teacher_logits[seven] / 4)
forward = float(kl_divergence(p_seven, softer, base=np.e))
backward = float(kl_divergence(softer, p_seven, base=np.e))
tuned_at_1000 = right("tau", "1000").mean() - right("tau", "1").mean()
quiz(
    [
        predict(
            "6-pub-shape",
            "The knowledge is in the whole shape of the distribution, not in its "
            "argmax.",
            "right" if kinds["soft"][0] > 2 else "wrong",
            explain="Same images, same argmax: flat targets gain "
            f"{kinds['flat'][0]:.1f} points, soft ones {kinds['soft'][0]:.1f}.",
            **verdict,
        ),
        predict(
            "6-pub-logits",
            "The high-temperature logits are what transfers the knowledge.",
            "wrong",
            explain="The logits do not depend on the temperature. The "
            "high-temperature *probabilities* do.",
            **verdict,
        ),
        predict(
            "6-pub-more",
            "The higher the temperature, the more dark knowledge shows.",
            "wrong" if gaps[1] < gaps[0] else "right",
            explain=f"To the eye: {gaps[0]:.2f} bits below uniform at tau = 4, "
            f"{gaps[1]:.2f} at 1000. To the loss, with tau squared, what is there "
            "stays: a wide student loses nothing at 1000, a narrow one does.",
            **verdict,
        ),
        predict(
            "6-pub-exact",
            "The soft gradient is exactly 1/tau² times what it would be at "
            "tau = 1.",
            "right" if abs(ratio[1] - ratio[100]) < 0.01 else "wrong",
            explain="It is (q - p) / tau. Times tau² it is at "
            f"{100 * ratio[1]:.0f} % of its limit at tau = 1 and at "
            f"{100 * ratio[100]:.0f} % at 100.",
            **verdict,
        ),
        predict(
            "6-pub-smoothing",
            "The gain of distillation is just label smoothing.",
            "right"
            if kinds["smoothed"][0] > kinds["soft"][0] / 2
            else "wrong",
            explain="Not for our small data: smoothing gains nothing that could be "
            "told from chance. With all 900 images it is even ahead.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# One article has "90 % a 7, 9 % a 1, 1 % a 4" for a soft target. That adds up, and it is the article's own
# picture. Ours is measured, and at tau = 1 it is far more one-sided.
#
# **Exercise 6.13, this evening.** An experiment of your own.
