"""Some 1,700 results of NumPy, each as a hash of its bytes; the same script for any Python."""

SCRIPT = """
import hashlib, itertools, warnings
import numpy as np
warnings.simplefilter("ignore")
np.seterr(all="ignore")

def tell(name, make):
    try:
        value = make()
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    else:
        parts = value if isinstance(value, (tuple, list)) else (value,)
        text = ""
        for part in parts:
            array = np.asarray(part)
            content = array.tobytes() if array.dtype != object else repr(part).encode()
            text += f"{array.dtype} {array.shape} {hashlib.sha256(content).hexdigest()[:12]} "
    emit({"name": name, "value": text})

rng = np.random.default_rng(1)
inputs = {
    "row": rng.normal(size=7),
    "matrix": rng.normal(size=(4, 5)),
    "cube": rng.normal(size=(2, 3, 4)),
    "single": rng.normal(size=9).astype(np.float32),
    "whole": rng.integers(-5, 5, size=8),
    "odd": np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1e-308, 1e308]),
    "complex": rng.normal(size=4) + 1j * rng.normal(size=4),
    "empty": np.array([]),
    "truth": np.array([True, False, True]),
    "words": np.array(["b", "a", "c"]),
}
one = sorted(n for n, f in vars(np).items() if isinstance(f, np.ufunc) and f.nin == 1)
two = sorted(n for n, f in vars(np).items() if isinstance(f, np.ufunc) and f.nin == 2)
for name, (key, x) in itertools.product(one, inputs.items()):
    tell(f"{name}({key})", lambda: getattr(np, name)(x))
for name, (key, x) in itertools.product(two, inputs.items()):
    if name not in ("matmul", "vecdot", "matvec", "vecmat"):
        tell(f"{name}({key}, {key})", lambda: getattr(np, name)(x, x))
for name in ("add", "multiply", "maximum", "logaddexp"):
    for key in ("row", "matrix", "whole", "odd"):
        for method in ("reduce", "accumulate"):
            tell(f"{name}.{method}({key})", lambda: getattr(getattr(np, name), method)(inputs[key]))
reducers = "sum prod mean std var min max argmin argmax cumsum cumprod median ptp all any".split()
reducers += "nansum nanmean nanmax argsort sort unique diff flip ravel count_nonzero".split()
for name, (key, x) in itertools.product(reducers, inputs.items()):
    tell(f"{name}({key})", lambda: getattr(np, name)(x))
    if x.ndim > 1:
        for axis in range(-1, x.ndim):
            tell(f"{name}({key}, {axis})", lambda: getattr(np, name)(x, axis=axis))
square = rng.normal(size=(5, 5)) + 5 * np.eye(5)
for name in "inv det eigvals eig svd qr cholesky slogdet cond pinv matrix_rank eigh norm".split():
    for kind in (np.float64, np.float32, np.complex128):
        a = (square @ square.T).astype(kind)
        tell(f"linalg.{name}({kind.__name__})", lambda: getattr(np.linalg, name)(a))
for kind in (np.float64, np.float32, np.complex128):
    tell(f"solve({kind.__name__})", lambda: np.linalg.solve(square.astype(kind), np.arange(5)))
    tell(f"lstsq({kind.__name__})", lambda: np.linalg.lstsq(square.astype(kind), np.arange(5.0))[0])
for n in (1, 2, 5, 17, 64, 129):
    a, b = rng.normal(size=(n, n)), rng.normal(size=(n, n))
    for kind in (np.float64, np.float32, np.complex64):
        tell(f"matmul {n} {kind.__name__}", lambda: a.astype(kind) @ b.astype(kind))
    tell(f"einsum {n}", lambda: np.einsum("ij,kj->ik", a, b))
    tell(f"fft {n}", lambda: np.fft.fft(a))
draws = "random normal exponential gumbel standard_t gamma poisson binomial permutation"
draws += " dirichlet multinomial choice integers"
arguments = {
    "poisson": (3.0,), "binomial": (10, 0.3), "permutation": (9,), "gamma": (2.0,),
    "standard_t": (3,), "dirichlet": ([1.0, 2, 3],), "multinomial": (20, [0.2, 0.3, 0.5]),
    "choice": (9,), "integers": (100,),
}
for seed in range(8):
    for name in draws.split():
        draw = getattr(np.random.default_rng(seed), name)
        tell(f"{name} seed {seed}", lambda: draw(*arguments.get(name, ())))
    for bits in ("MT19937", "Philox", "SFC64", "PCG64DXSM"):
        source = getattr(np.random, bits)(seed)
        tell(f"{bits} {seed}", lambda: np.random.Generator(source).random(4))
    tell(f"legacy {seed}", lambda: np.random.RandomState(seed).rand(4))
for text in ("%.3f", "%g"):
    how = {"float": lambda v: text % v}
    tell(f"text {text}", lambda: np.array2string(inputs["odd"], formatter=how))
for key, x in inputs.items():
    for name in ("repr", "str"):
        tell(f"{name}({key})", lambda: np.array(eval(name)(x)))
    for kind in ("f2", "f4", "f8", "i1", "i4", "i8", "u2", "c8", "U8"):
        tell(f"{key} as {kind}", lambda: x.astype(kind))
"""
