"""Distillation: teach a small network with a large one's probabilities.

The loss and its exact gradient with respect to the student's logits, a small ReLU network and its
training loop (Adam, cosine decay). All in nats, and in float64: processors add up a matrix product
in different orders, training makes more of the difference, and in float32 that reached the numbers
that a lesson prints.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from logitlab import _validate
from logitlab.distributions import log_softmax, softmax

__all__ = ["MLP", "Epoch", "distillation_gradient", "distillation_loss", "train"]


def distillation_loss(student_logits, teacher_logits, labels, tau=3.0, alpha=0.7) -> float:
    r"""Loss of a student that learns from a teacher's soft targets and from labels.

    .. math:: \alpha \tau^2 D(p^T_\tau \| p^S_\tau) + (1 - \alpha) (-\log p^S_y)

    p_tau is softmax(logits / tau). The factor tau squared keeps the two gradients in proportion
    when tau changes.

    Parameters
    ----------
    student_logits : array_like, shape (..., classes)
        Finite.
    teacher_logits : array_like, shape (..., classes)
        Finite, or -inf for a class that the teacher rules out.
    labels : array_like of int, shape (...)
    tau : float, default 3.0
        Temperature of both distributions in the first term.
    alpha : float, default 0.7
        Weight of the teacher, from 0 to 1.

    Returns
    -------
    float
        In nats, the mean over the rows.

    Raises
    ------
    ValueError, TypeError
        For bad logits, unequal shapes, labels that do not fit the rows, tau not finite and above
        0, or alpha outside [0, 1].

    References
    ----------
    Hinton, Vinyals and Dean (2015), Distilling the Knowledge in a Neural Network, section 2.

    Examples
    --------
    >>> round(distillation_loss([2.0, 1.0, 0.5, 0.1], [3.0, 1.5, -0.5, -1.0], 0), 6)
    0.434452
    """
    student, teacher, targets, tau, alpha = _arguments(
        student_logits, teacher_logits, labels, tau, alpha
    )
    return _loss(student, targets, teacher, tau, alpha)


def distillation_gradient(student_logits, teacher_logits, labels, tau=3.0, alpha=0.7) -> np.ndarray:
    r"""Gradient of `distillation_loss` with respect to the student's logits.

    .. math:: \frac{1}{n} \left( \alpha \tau (p^S_\tau - p^T_\tau) + (1 - \alpha) (p^S - y) \right)

    for n rows, with y the one-hot label.

    Parameters
    ----------
    student_logits, teacher_logits, labels, tau, alpha
        As for `distillation_loss`.

    Returns
    -------
    numpy.ndarray of float64, shape of `student_logits`

    Raises
    ------
    ValueError, TypeError
        As `distillation_loss`.

    Examples
    --------
    >>> distillation_gradient([2.0, 1.0, 0.5, 0.1], [3.0, 1.5, -0.5, -1.0], 0).round(3)
    array([-0.354,  0.007,  0.185,  0.163])
    """
    student, teacher, targets, tau, alpha = _arguments(
        student_logits, teacher_logits, labels, tau, alpha
    )
    return _gradient(student, targets, teacher, tau, alpha)


class MLP:
    """A fully connected network with ReLU between its layers.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden units, classes: ``(64, 32, 10)``.
    rng : numpy.random.Generator
        Draws the weights: normal with variance 2 / inputs (He et al. 2015). Biases start at 0.

    Attributes
    ----------
    weights, biases : list of numpy.ndarray
        float64, one of each a layer.

    Raises
    ------
    ValueError, TypeError
        For fewer than two sizes, a size below 1, or an `rng` that is no Generator.

    Examples
    --------
    >>> network = MLP((64, 32, 10), np.random.default_rng(0))
    >>> network.logits(np.zeros((5, 64))).shape
    (5, 10)
    >>> network.parameters
    2410
    """

    def __init__(self, sizes, rng: np.random.Generator):
        sizes = [_validate.integer(size, "sizes", 1) for size in sizes]
        if len(sizes) < 2:
            raise ValueError(f"sizes must name the inputs and the classes, got {sizes}")
        rng = _validate.generator(rng)
        self.weights, self.biases = [], []
        for inputs, outputs in pairwise(sizes):
            drawn = rng.standard_normal((inputs, outputs), dtype=np.float32)
            self.weights.append(drawn * np.sqrt(2 / inputs))
            self.biases.append(np.zeros(outputs))

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(part.size for part in self.weights + self.biases)

    def logits(self, inputs) -> np.ndarray:
        """Logits for each row of inputs.

        Parameters
        ----------
        inputs : array_like, shape (n, inputs)

        Returns
        -------
        numpy.ndarray of float64, shape (n, classes)

        Raises
        ------
        ValueError, TypeError
            If the inputs are not n rows of finite numbers of the network's width.
        """
        return self._layers(self._rows(inputs))[-1]

    def _rows(self, inputs):
        x = _validate.array(inputs, "inputs")
        width = len(self.weights[0])
        if x.ndim != 2 or x.shape[-1] != width:
            raise ValueError(f"inputs must have shape (n, {width}), got {x.shape}")
        if not np.isfinite(x).all():
            raise ValueError("inputs must be finite, got nan or inf")
        return x.astype(np.float64, copy=False)

    def _layers(self, x):
        """The inputs and what each layer makes of them; the logits come last."""
        layers = [x]
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layers.append(np.maximum(layers[-1] @ weights + biases, 0))
        layers.append(layers[-1] @ self.weights[-1] + self.biases[-1])
        return layers

    def _backward(self, layers, gradient):
        """Gradients of weights, then biases, from that of the logits (the chain rule)."""
        for_weights, for_biases = [], []
        for below, weights in zip(layers[-2::-1], self.weights[::-1], strict=True):
            for_weights.append(below.T @ gradient)
            for_biases.append(gradient.sum(axis=0))
            gradient = gradient @ weights.T * (below > 0)
        return for_weights[::-1] + for_biases[::-1]


class Epoch(NamedTuple):
    """One pass of `train` over the data."""

    number: int
    """From 1."""
    loss: float
    """Mean over the examples, each at the moment it was used, in nats."""
    accuracy: float
    """Share of the examples whose label the network ranked first; nan without labels."""


def train(
    network: MLP,
    inputs,
    labels=None,
    *,
    epochs: int,
    rng: np.random.Generator,
    teacher_logits=None,
    tau: float = 1.0,
    alpha: float | None = None,
    label_smoothing: float = 0.0,
    learning_rate: float = 1e-3,
    batch_size: int = 64,
    report: Callable[[Epoch], object] | None = None,
) -> list[Epoch]:
    """Train a network, in place, on labels, on a teacher's soft targets, or on both.

    The loss is `distillation_loss`, whose second term may be smoothed. Adam (beta 0.9 and 0.999);
    the learning rate falls to 0 along half a cosine.

    Parameters
    ----------
    network : MLP
    inputs : array_like, shape (n, inputs)
    labels : array_like of int, shape (n,), optional
        May be left out where the teacher has all the weight.
    epochs : int
    rng : numpy.random.Generator
        Draws the order of the examples.
    teacher_logits : array_like, shape (n, classes), optional
    tau : float, default 1.0
        Temperature of the soft targets.
    alpha : float, optional
        Weight of the teacher, from 0 to 1: 0 without a teacher, 1 with one, unless given.
    label_smoothing : float, default 0.0
        This much of each label is spread evenly over all classes, as in torch's cross_entropy.
    learning_rate : float, default 1e-3
    batch_size : int, default 64
    report : callable, optional
        Called with an `Epoch` after each one.

    Returns
    -------
    list of Epoch

    Raises
    ------
    ValueError, TypeError
        For data that do not fit together, a teacher's weight without a teacher, labels' weight
        without labels, or a setting out of its range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> network = MLP((2, 16, 2), rng)
    >>> history = train(network, x, (x[:, 0] > x[:, 1]).astype(int), epochs=60, rng=rng)
    >>> history[-1].accuracy > 0.95
    True
    """
    rng = _validate.generator(rng)
    epochs = _validate.integer(epochs, "epochs", 1)
    batch_size = _validate.integer(batch_size, "batch_size", 1)
    rate = _validate.positive(learning_rate, "learning_rate")
    tau = _validate.positive(tau, "tau")
    default = 0.0 if teacher_logits is None else 1.0
    alpha = _validate.fraction(default if alpha is None else alpha, "alpha")
    data = _examples(network, inputs, labels, teacher_logits, label_smoothing, alpha)

    n = len(data.inputs)
    optimizer = _Adam(network.weights + network.biases)
    updates, history = epochs * math.ceil(n / batch_size), []
    for number in range(1, epochs + 1):
        loss = hits = 0.0
        order = rng.permutation(n)
        for start in range(0, n, batch_size):
            batch = data.rows(order[start : start + batch_size])
            layers = network._layers(batch.inputs)
            student = layers[-1]
            loss += _loss(student, batch.targets, batch.teacher, tau, alpha) * len(student)
            hits += batch.hits(student)
            gradient = _gradient(student, batch.targets, batch.teacher, tau, alpha)
            gradients = network._backward(layers, gradient)
            optimizer.update(gradients, _cosine(rate, optimizer.updates / updates))
        accuracy = float(hits / n) if labels is not None else np.nan
        history.append(Epoch(number, float(loss / n), accuracy))
        if report:
            report(history[-1])
    return history


class _Examples(NamedTuple):
    """What a network learns from, an example a row; None is what nobody gave."""

    inputs: np.ndarray
    labels: np.ndarray | None
    targets: np.ndarray | None
    """The labels as distributions."""
    teacher: np.ndarray | None
    """The teacher's logits."""

    def rows(self, ids):
        """Some of them."""
        return _Examples(*(None if part is None else part[ids] for part in self))

    def hits(self, student):
        """How many labels the student's logits rank first."""
        return 0 if self.labels is None else (student.argmax(axis=-1) == self.labels).sum()


def _examples(network, inputs, labels, teacher_logits, label_smoothing, alpha):
    """The data, checked: they fit the network, each other and the weight of the teacher."""
    x = network._rows(inputs)
    n, classes = len(x), len(network.biases[-1])
    smoothing = _validate.fraction(label_smoothing, "label_smoothing")
    if alpha > 0 and teacher_logits is None:
        raise ValueError(f"alpha must be 0 without teacher_logits, got {alpha}")
    if alpha < 1 and labels is None:
        raise ValueError(f"alpha must be 1 without labels, got {alpha}")
    targets = teacher = None
    if teacher_logits is not None:
        teacher = _teacher(teacher_logits, (n, classes))
    if labels is not None:
        labels = _validate.labels(labels, (n,), classes)
        targets = _one_hot(labels, classes) * (1 - smoothing) + smoothing / classes
    return _Examples(x, labels, targets, teacher)


class _Adam:
    """Kingma and Ba (2015): a step along the mean gradient, over the root of its mean square."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.means = [np.zeros_like(part) for part in parameters]
        self.squares = [np.zeros_like(part) for part in parameters]
        self.updates = 0

    def update(self, gradients, rate):
        """Change the parameters in place. Both averages began at 0, which is divided out."""
        self.updates += 1
        for part, gradient, mean, square in zip(
            self.parameters, gradients, self.means, self.squares, strict=True
        ):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            unbiased = mean / (1 - 0.9**self.updates)
            part -= rate * unbiased / (np.sqrt(square / (1 - 0.999**self.updates)) + 1e-8)


def _cosine(rate, done):
    """The learning rate when this share of the training is done: half a cosine down to 0."""
    return rate * (1 + math.cos(math.pi * done)) / 2


def _arguments(student_logits, teacher_logits, labels, tau, alpha):
    """The arguments of the loss, checked; logits in float64, labels one-hot."""
    student = _validate.logits(student_logits, "student_logits")
    if not np.isfinite(student).all():
        raise ValueError("student_logits must be finite, got -inf")
    teacher = _teacher(teacher_logits, student.shape)
    y = _validate.labels(labels, student.shape[:-1], student.shape[-1])
    tau, alpha = _validate.positive(tau, "tau"), _validate.fraction(alpha, "alpha")
    return student.astype(np.float64), teacher, _one_hot(y, student.shape[-1]), tau, alpha


def _one_hot(labels, classes):
    """A row for each label: 1 at its class, 0 elsewhere."""
    out = np.zeros((*labels.shape, classes))
    np.put_along_axis(out, labels[..., None], 1.0, axis=-1)
    return out


def _teacher(teacher_logits, shape):
    """The teacher's logits in float64, of the student's shape."""
    teacher = _validate.logits(teacher_logits, "teacher_logits")
    if teacher.shape != shape:
        raise ValueError(f"teacher_logits must have the shape {shape}, got {teacher.shape}")
    return teacher.astype(np.float64)


def _soften(logits, tau):
    """Logits over tau; refused where tau is so close to 0 that they overflow."""
    with np.errstate(over="ignore"):
        out = logits / tau
    if not np.isfinite(out.max()):
        raise ValueError(f"tau must keep the logits within {out.dtype}, got {tau}")
    return out


def _loss(student, targets, teacher, tau, alpha):
    """The loss for targets of any distribution; a term of weight 0 needs no data."""
    loss = 0.0
    if alpha > 0:
        log_p, log_q = log_softmax(_soften(teacher, tau)), log_softmax(_soften(student, tau))
        p = np.exp(log_p)
        gain = np.subtract(log_p, log_q, where=p > 0, out=np.zeros_like(p))
        loss += alpha * tau**2 * (p * gain).sum(axis=-1).mean()
    if alpha < 1:
        loss -= (1 - alpha) * (targets * log_softmax(student)).sum(axis=-1).mean()
    return float(loss)


def _gradient(student, targets, teacher, tau, alpha):
    """Gradient of `_loss` with respect to the student's logits."""
    gradient = np.zeros_like(student)
    if alpha > 0:
        gradient += alpha * tau * (softmax(_soften(student, tau)) - softmax(_soften(teacher, tau)))
    if alpha < 1:
        gradient += (1 - alpha) * (softmax(student) - targets)
    return gradient / (student.size // student.shape[-1])
