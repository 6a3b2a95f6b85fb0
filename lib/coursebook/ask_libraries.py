"""
Asks libraries what they do: ``python -m coursebook.ask_libraries vllm`` fills in a row.

Each library is asked the same questions on the same few logits, in an environment of its own in
which it is installed, with lib/ on PYTHONPATH (NumPy is all that this file needs besides). What
comes back is written to book/orders/run.json; the book makes its table of that. Not part of the
tests: it needs the libraries.

    transformers   pip install torch transformers
    llama.cpp      pip install xllamacpp (a build of llama.cpp with its symbols), and GGUF=a model
    mlx-lm         pip install "mlx[cpu]" mlx-lm
    vllm, sglang   pip install torch; pip download --no-deps vllm sglang; unzip them, and have the
                   folder on PYTHONPATH: their own installation needs a graphics card
"""

import ast
import datetime
import importlib.metadata
import importlib.util
import json
import os
import sys
import warnings
from pathlib import Path

import numpy as np

from coursebook import BOOK

FILE = BOOK / "orders" / "run.json"
THREE = [3.0, 2.0, 1.0]
FIVE = np.log([0.5, 0.2, 0.15, 0.1, 0.05])
EXACT = np.log([0.5, 0.25, 0.125, 0.125])
NONE = {"k": 0, "p": 1.0, "T": 1.0}


def asked(kept, penalised) -> dict:
    """
    The answers of one library.

    Parameters
    ----------
    kept : callable
        ``kept(logits, T=, k=, p=)``: how many tokens can be drawn, in the library's own order.
    penalised : callable
        ``penalised(logits, history, penalty)``: logits after the repetition penalty.
    """

    def answer(*args, **settings):
        try:
            return kept(*args, **settings)
        except Exception as error:
            if isinstance(error, ValueError | AssertionError) or "ERROR" in type(error).__name__:
                return "refused"
            raise

    return {
        "T_before_p": answer(THREE, T=0.5, p=0.8),
        "k_then_p": answer([*THREE, 0.9, 0.8, 0.7], k=2, p=0.6),
        "crossing": answer(FIVE, p=0.75),
        "tie_p": answer(EXACT, p=0.75),
        "tie_k": answer([3.0, 2.0, 2.0, 1.0], k=2),
        "k_zero": answer(THREE, k=0),
        "p_zero": answer(THREE, p=0.0),
        "T_zero": answer(THREE, T=0.0),
        "penalty": [round(float(x), 6) for x in penalised([3.0, 2.0, -1.0], [0, 2, 0], 2.0)],
    }


def finite(logits) -> int:
    """How many logits are not -inf."""
    return int(np.isfinite(np.asarray(logits, float)).sum())


def functions(package, file, *names, **given):
    """Functions of a package that cannot be imported here, taken from its source by name."""
    folder = Path(importlib.util.find_spec(package).submodule_search_locations[0])
    tree = ast.parse((folder / file).read_text("utf-8"))
    body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in names]
    for node in body:
        node.decorator_list = []
    scope = dict(given)
    exec(compile(ast.Module([ast.parse("from __future__ import annotations").body[0], *body], []),
                 file, "exec"), scope)  # fmt: skip
    return [scope[name] for name in names]


def defaults_of(package, file, cls, fields):
    """Default values of a dataclass of a package that cannot be imported here."""
    folder = Path(importlib.util.find_spec(package).submodule_search_locations[0])
    tree = ast.parse((folder / file).read_text("utf-8"))
    found = {}
    (node,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == cls)
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and line.value is not None:
            found[line.target.id] = ast.unparse(line.value)
    return {name: found[field] for name, field in fields.items()}


def wheel_version(package):
    """Version of a package that lies unzipped on the path."""
    folder = Path(importlib.util.find_spec(package).submodule_search_locations[0])
    return (
        next(folder.parent.glob(f"{package}-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    )


# --- the libraries


def transformers():
    """A model of next to nothing: only the processors that generate() makes are asked."""
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    size = {"vocab_size": 8, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1}
    model = LlamaForCausalLM(LlamaConfig(**size, num_attention_heads=1, num_key_value_heads=1))

    def chain(**settings):
        config = GenerationConfig(do_sample=True, **settings)
        config, _ = model._prepare_generation_config(config)
        return model._get_logits_processor(config, input_ids_seq_length=1)

    def run(logits, history=(0,), **settings):
        z = torch.tensor([list(logits)], dtype=torch.float32)
        return chain(**settings)(torch.tensor([list(history)]), z)[0].tolist()

    def kept(logits, T=1.0, k=0, p=1.0):
        return finite(run(logits, temperature=T, top_k=k, top_p=p))

    every = {"temperature": 0.5, "top_k": 3, "top_p": 0.9, "min_p": 0.1, "typical_p": 0.9}
    every |= {"epsilon_cutoff": 1e-4, "eta_cutoff": 1e-4, "repetition_penalty": 1.1}
    names = {"RepetitionPenalty": "repetition_penalty", "Typical": "typical_p", "MinP": "min_p"}
    names |= {"Temperature": "temperature", "TopK": "top_k", "TopP": "top_p"}
    names |= {"Epsilon": "epsilon", "Eta": "eta"}
    classes = [type(processor).__name__ for processor in chain(**every)]
    order = [name for c in classes for start, name in names.items() if c.startswith(start)]
    plain = chain()
    defaults = {"temperature": 1.0, "top_k": "off", "top_p": 1.0, "repetition_penalty": 1.0}
    for processor in plain:
        if type(processor).__name__ == "TopKLogitsWarper":
            defaults["top_k"] = processor.top_k
    return {
        "version": importlib.metadata.version("transformers"),
        "order": order,
        "defaults": defaults,
        "scope": "prompt and output",
        "additive": "none",
        **asked(kept, lambda z, h, w: run(z, h, top_k=0, repetition_penalty=w)),
    }


def llama_cpp():
    """The chain that llama.cpp's programs build by default, of the library's own samplers."""
    import ctypes as c

    import xllamacpp
    from xllamacpp import xllamacpp as binary

    class Token(c.Structure):
        _fields_ = [("id", c.c_int32), ("logit", c.c_float), ("p", c.c_float)]

    class Tokens(c.Structure):
        _fields_ = [
            ("data", c.POINTER(Token)),
            ("size", c.c_size_t),
            ("selected", c.c_int64),
            ("sorted", c.c_bool),
        ]

    lib = c.CDLL(binary.__file__)
    arguments = {
        "penalties": [c.c_int32, c.c_int32, c.c_float, c.c_float, c.c_float],
        "top_k": [c.c_int32],
        "top_p": [c.c_float, c.c_size_t],
        "temp": [c.c_float],
    }
    for name, types in arguments.items():
        function = getattr(lib, f"llama_sampler_init_{name}")
        function.argtypes, function.restype = types, c.c_void_p
    lib.llama_sampler_accept.argtypes = [c.c_void_p, c.c_int32]
    lib.llama_sampler_apply.argtypes = [c.c_void_p, c.POINTER(Tokens)]
    lib.llama_sampler_free.argtypes = [c.c_void_p]
    common = xllamacpp.CommonParams().sampling
    short = common.samplers.split(";")

    def run(logits, history=(), T=1.0, k=0, p=1.0, penalty=1.0):
        data = (Token * len(logits))(*(Token(i, float(z), 0.0) for i, z in enumerate(logits)))
        tokens = Tokens(data, len(logits), -1, False)
        made = {
            "penalties": (len(logits), 64, penalty, 0.0, 0.0),
            "top_k": (k,),
            "top_p": (p, 0),
            "temperature": (T,),
        }
        for name in short:
            if name not in made:
                continue  # off by default in our questions
            sampler = getattr(lib, f"llama_sampler_init_{name.removesuffix('erature')}")(
                *made[name]
            )
            for token in history:
                lib.llama_sampler_accept(sampler, token)
            lib.llama_sampler_apply(sampler, c.byref(tokens))
            lib.llama_sampler_free(sampler)
        out = np.full(len(logits), -np.inf)
        for i in range(tokens.size):
            out[tokens.data[i].id] = tokens.data[i].logit
        return out

    names = {"typ_p": ["typical_p"]}
    names["penalties"] = ["repetition_penalty", "frequency_penalty", "presence_penalty"]
    return {
        "version": f"b{importlib.metadata.version('xllamacpp').split('.')[-1]}",
        "order": [n for name in short for n in names.get(name, [name])],
        "defaults": {
            "temperature": round(common.temp, 3),
            "top_k": common.top_k,
            "top_p": round(common.top_p, 3),
            "min_p": round(common.min_p, 3),
            "repetition_penalty": common.penalty_repeat,
        },
        "scope": f"the last {common.penalty_last_n} of prompt and output",
        "additive": "the same tokens",
        "read": ["additive", *(["scope"] if counts_prompt(xllamacpp) is None else [])],
        **asked(
            lambda z, **settings: finite(run(z, **settings)),
            lambda z, h, w: run(z, h, penalty=w),
        ),
    }


def counts_prompt(xllamacpp):
    """Whether the server's penalty sees the prompt, asked of a model: GGUF=file; else None."""
    if "GGUF" not in os.environ:
        return None
    settings = xllamacpp.CommonParams()
    settings.model.path, settings.n_ctx, settings.n_parallel = os.environ["GGUF"], 512, 1
    server = xllamacpp.Server(settings)
    said = []
    for penalty in (1.0, 5.0):
        request = {"prompt": "Monday, " * 6 + "Monday,", "n_predict": 1, "temperature": 0.0}
        reply = server.handle_completions({**request, "repeat_penalty": penalty})
        said.append((json.loads(reply) if isinstance(reply, str) else reply)["choices"][0]["text"])
    assert said[0] == " Monday" != said[1], said
    return True


def mlx_lm():
    """The sampler that generate() makes, stopped before it draws."""
    import inspect

    import mlx.core as mx
    from mlx_lm import sample_utils

    seen = {}
    order = []

    def watched(name, function):
        def call(*args):
            order.append(name)
            return function(*args)

        return call

    for name in ("top_p", "min_p", "top_k", "xtc"):
        function = f"apply_{name}"
        setattr(sample_utils, function, watched(name, getattr(sample_utils, function)))

    def categorical(logprobs, temp):
        order.append("temperature")
        seen["logprobs"] = np.array(logprobs)
        return mx.array([0])

    sample_utils.categorical_sampling = categorical

    def kept(logits, T=1.0, k=0, p=1.0):
        z = mx.array([list(logits)], dtype=mx.float32)
        logprobs = z - mx.logsumexp(z, keepdims=True)
        seen.clear()
        token = sample_utils.make_sampler(temp=T, top_p=p, top_k=k)(logprobs)
        mx.eval(token)
        return finite(seen["logprobs"]) if seen else 1

    def penalised(logits, history, penalty):
        (processor,) = sample_utils.make_logits_processors(repetition_penalty=penalty)
        z = mx.array([list(logits)], dtype=mx.float32)
        return np.array(processor(mx.array(list(history)), z))[0]

    answers = asked(kept, penalised)
    order.clear()
    every = {"temp": 0.5, "top_p": 0.9, "min_p": 0.1, "top_k": 2, "xtc_probability": 0.5}
    sample_utils.make_sampler(**every)(mx.array([FIVE.tolist()]))
    made = sample_utils.make_logits_processors(
        repetition_penalty=1.1, presence_penalty=0.1, frequency_penalty=0.1
    )
    penalties = [p.__name__.removesuffix("_processor") for p in made]
    sampler = inspect.signature(sample_utils.make_sampler).parameters
    logits = inspect.signature(sample_utils.make_logits_processors).parameters
    return {
        "version": importlib.metadata.version("mlx-lm"),
        "order": [*penalties, *order],
        "defaults": {
            "temperature": sampler["temp"].default,
            "top_k": sampler["top_k"].default,
            "top_p": sampler["top_p"].default,
            "min_p": sampler["min_p"].default,
        },
        "scope": f"the last {logits['repetition_context_size'].default} of prompt and output",
        "additive": "the same tokens",
        "read": ["scope", "additive"],
        **answers,
    }


def vllm():
    """Its PyTorch functions, on the processor; the order was read in v1/sample/sampler.py."""
    import torch

    (cut,) = functions(
        "vllm", "v1/sample/ops/topk_topp_sampler.py", "apply_top_k_top_p_pytorch", torch=torch
    )
    (penalise,) = functions(
        "vllm", "_custom_ops.py", "apply_repetition_penalties_torch", torch=torch
    )

    def kept(logits, T=1.0, k=0, p=1.0):
        if T < 1e-5:
            return 1  # _SAMPLING_EPS, read
        if not 0.0 < p <= 1.0:
            raise ValueError("SamplingParams refuses it, read")
        z = torch.tensor([list(logits)], dtype=torch.float32) / T
        k = torch.tensor([k]) if k > 0 else None
        return finite(cut(z, k, torch.tensor([p]) if p < 1 else None)[0])

    def penalised(logits, history, penalty):
        z = torch.tensor([list(logits)], dtype=torch.float32)
        mask = torch.zeros_like(z, dtype=torch.bool)
        mask[0, list(history)] = True
        penalise(z, torch.zeros_like(mask), mask, torch.tensor([penalty]))
        return z[0].tolist()

    fields = {n: n for n in ("temperature", "top_k", "top_p", "min_p", "repetition_penalty")}
    return {
        "version": wheel_version("vllm"),
        "order": [
            "repetition_penalty",
            "frequency_penalty",
            "presence_penalty",
            "temperature",
            "min_p",
            "top_k",
            "top_p",
        ],
        "scope": "prompt and output",
        "additive": "output",
        "read": ["order", "scope", "additive", "k_zero", "p_zero", "T_zero"],
        "defaults": {
            name: float(value)
            for name, value in defaults_of(
                "vllm", "sampling_params.py", "SamplingParams", fields
            ).items()
        },
        **asked(kept, penalised),
    }


def sglang():
    """Its PyTorch sampler, on the processor; the order was read in srt/layers/sampler.py."""
    from typing import Optional

    import torch

    (draw,) = functions(
        "sglang",
        "srt/layers/sampler.py",
        "top_k_top_p_min_p_sampling_from_probs_torch",
        torch=torch,
        Optional=Optional,
    )
    (penalise,) = functions(
        "sglang",
        "srt/sampling/penaltylib/repetition_penalty.py",
        "apply_scaling_penalties",
        torch=torch,
    )

    def kept(logits, T=1.0, k=-1, p=1.0):
        if T < 1e-6:
            return 1  # _SAMPLING_EPS, read
        if not 0.0 < p <= 1.0 or (k < 1 and k != -1):
            raise ValueError("SamplingParams refuses it, read")
        probs = torch.softmax(torch.tensor([list(logits)], dtype=torch.float32) / T, dim=-1)
        k = torch.tensor([k if k > 0 else 1 << 30])
        floor = torch.tensor([0.0])
        _, filtered, _, _ = draw(
            probs, k, torch.tensor([p]), floor, False, None, None, return_filtered_probs=True
        )
        return int((filtered > 0).sum())

    def penalised(logits, history, penalty):
        z = torch.tensor([list(logits)], dtype=torch.float32)
        scaling = torch.ones_like(z)
        scaling[0, list(history)] = penalty
        penalise(z, scaling)
        return z[0].tolist()

    fields = {n: n for n in ("temperature", "top_p", "min_p", "repetition_penalty")}
    return {
        "version": wheel_version("sglang"),
        "order": [
            "frequency_penalty",
            "presence_penalty",
            "repetition_penalty",
            "temperature",
            "top_k",
            "top_p",
            "min_p",
        ],
        "scope": "output",
        "additive": "output",
        "read": ["order", "scope", "additive", "k_zero", "p_zero", "T_zero"],
        "defaults": {
            name: float(value)
            for name, value in defaults_of(
                "sglang", "srt/sampling/sampling_params.py", "SamplingParams", fields
            ).items()
        }
        | {"top_k": "off"},
        **asked(kept, penalised),
    }


SOURCE = {
    "transformers": "huggingface/transformers/blob/v{}/src/transformers/generation/utils.py",
    "vllm": "vllm-project/vllm/blob/v{}/vllm/v1/sample/sampler.py",
    "llama.cpp": "ggml-org/llama.cpp/blob/{}/common/common.h",
    "mlx-lm": "ml-explore/mlx-lm/blob/v{}/mlx_lm/sample_utils.py",
    "sglang": "sgl-project/sglang/blob/v{}/python/sglang/srt/layers/sampler.py",
}
LIBRARIES = {
    "transformers": transformers,
    "vllm": vllm,
    "llama.cpp": llama_cpp,
    "mlx-lm": mlx_lm,
    "sglang": sglang,
}


def main(names) -> int:
    """Ask the libraries named, and keep what the others said before."""
    rows = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for name in names or LIBRARIES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = LIBRARIES[name]()
        link = "https://github.com/" + SOURCE[name].format(row["version"])
        rows[name] = {"on": datetime.date.today().isoformat(), "link": link, **row}
        print(name, json.dumps(rows[name]))
    rows = {name: rows[name] for name in LIBRARIES if name in rows}
    FILE.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
