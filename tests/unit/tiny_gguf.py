"""A GGUF file small enough to make in a test: a Llama model with random weights."""

import struct
from pathlib import Path

import numpy as np
from logitlab.model.tokenizer import _byte_alphabet

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = ["h e", "l l", "he ll", "hell o", "Ġ w"]
LAYERS, HEADS, KV_HEADS, HEAD_WIDTH, FEED = 2, 4, 2, 8, 64
WIDTH = HEADS * HEAD_WIDTH
CONTEXT = 64


def tiny_gguf(path: Path, tensor_kind: int = 0, **changes) -> Path:
    """Write the model to ``path``; ``changes`` replace metadata (dots as double underscores)."""
    tokens = SPECIAL + list(_byte_alphabet().values()) + [m.replace(" ", "") for m in MERGES]
    metadata = {
        "general.architecture": "llama",
        "llama.block_count": LAYERS,
        "llama.context_length": CONTEXT,
        "llama.embedding_length": WIDTH,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": KV_HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.freq_base": 10000.0,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3] * len(SPECIAL) + [1] * (len(tokens) - len(SPECIAL)),
        "tokenizer.ggml.merges": MERGES,
    }
    metadata |= {key.replace("__", "."): value for key, value in changes.items()}
    metadata = {key: value for key, value in metadata.items() if value is not None}
    tensors = _weights(len(tokens))
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    for key, value in metadata.items():
        header += _text(key) + _value(value)
    body = b""
    for name, array in tensors.items():
        sizes = array.shape[::-1]
        header += _text(name) + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
        header += struct.pack("<IQ", tensor_kind, len(body))
        body += array.tobytes()
    path.write_bytes(header + bytes(-len(header) % 32) + body)
    return path


def _weights(vocab: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    shapes = {"token_embd": (vocab, WIDTH), "output_norm": (WIDTH,)}
    for i in range(LAYERS):
        shapes |= {
            f"blk.{i}.attn_norm": (WIDTH,),
            f"blk.{i}.attn_q": (WIDTH, WIDTH),
            f"blk.{i}.attn_k": (KV_HEADS * HEAD_WIDTH, WIDTH),
            f"blk.{i}.attn_v": (KV_HEADS * HEAD_WIDTH, WIDTH),
            f"blk.{i}.attn_output": (WIDTH, WIDTH),
            f"blk.{i}.ffn_norm": (WIDTH,),
            f"blk.{i}.ffn_gate": (FEED, WIDTH),
            f"blk.{i}.ffn_up": (FEED, WIDTH),
            f"blk.{i}.ffn_down": (WIDTH, FEED),
        }
    return {
        f"{name}.weight": rng.normal(0, 0.3, shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value) -> bytes:
    match value:
        case str():
            return struct.pack("<I", 8) + _text(value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case [str(), *_]:
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
        case list():
            return struct.pack(f"<IIQ{len(value)}i", 9, 5, len(value), *value)
    raise TypeError(f"no GGUF form for {value!r}")
