"""The forward pass of a Llama model in NumPy: token ids in, logits out.

Each block adds to a vector per token what attention brings from earlier tokens, then what a
feed-forward network makes of it. Shapes in the comments: n new tokens, s tokens so far,
h query heads, g key-value heads (each serves h / g query heads), d numbers a head.
"""

from typing import NamedTuple

import numpy as np

from logitlab.model.gguf import Tensor

# Longer prompts are read in pieces, so that memory for attention stays small.
_CHUNK = 256


class Block(NamedTuple):
    """One layer's weights. The matrices stand as the file has them: (outputs, inputs)."""

    attention_norm: np.ndarray
    query_key_value: np.ndarray
    attention_out: np.ndarray
    feed_norm: np.ndarray
    gate_up: np.ndarray
    down: np.ndarray


class Cache:
    """Keys and values of the tokens read so far, so that they are computed once.

    The arrays (layers, key-value heads, room, numbers a head) double when they are full.
    """

    def __init__(self, layers: int, heads: int, width: int):
        self.length = 0
        self.keys = np.empty((layers, heads, _CHUNK, width), np.float32)
        self.values = np.empty_like(self.keys)

    def reserve(self, count: int) -> None:
        """Make room for ``count`` more tokens."""
        while self.keys.shape[2] < self.length + count:
            self.keys = np.concatenate([self.keys, np.empty_like(self.keys)], axis=2)
            self.values = np.concatenate([self.values, np.empty_like(self.values)], axis=2)

    def store(self, layer: int, keys: np.ndarray, values: np.ndarray):
        """Keep a layer's new keys and values, (n, g, d); return all of them, (g, s, d)."""
        end = self.length + len(keys)
        self.keys[layer, :, self.length : end] = keys.swapaxes(0, 1)
        self.values[layer, :, self.length : end] = values.swapaxes(0, 1)
        return self.keys[layer, :, :end], self.values[layer, :, :end]


class Transformer:
    """A Llama model with tied embeddings, unpacked to float32.

    Parameters
    ----------
    metadata : dict
        The GGUF file's metadata: sizes, the norm's epsilon, the base of the rotations.
    tensors : dict of str to Tensor
        The GGUF file's tensors.
    """

    def __init__(self, metadata: dict, tensors: dict[str, Tensor]):
        self.layers = metadata["llama.block_count"]
        self.heads = metadata["llama.attention.head_count"]
        self.kv_heads = metadata["llama.attention.head_count_kv"]
        self.head_width = metadata["llama.embedding_length"] // self.heads
        self.context_length = metadata["llama.context_length"]
        self.epsilon = np.float32(metadata["llama.attention.layer_norm_rms_epsilon"])
        exponents = np.arange(0, self.head_width, 2) / self.head_width
        self.frequencies = metadata["llama.rope.freq_base"] ** -exponents
        self.embedding = tensors["token_embd.weight"].unpack()
        self.final_norm = tensors["output_norm.weight"].unpack()
        self.blocks = [_block(tensors, f"blk.{i}.") for i in range(self.layers)]

    def new_cache(self) -> Cache:
        """Return an empty cache."""
        return Cache(self.layers, self.kv_heads, self.head_width)

    def read(self, ids: np.ndarray, cache: Cache) -> np.ndarray:
        """Read ``ids`` after what ``cache`` holds; return a vector for each, (n, width)."""
        starts = range(0, len(ids), _CHUNK)
        return np.concatenate([self._read_chunk(ids[i : i + _CHUNK], cache) for i in starts])

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """Score every token of the vocabulary against ``vectors``."""
        return self._norm(vectors, self.final_norm) @ self.embedding.T

    def _read_chunk(self, ids: np.ndarray, cache: Cache) -> np.ndarray:
        cache.reserve(len(ids))
        positions = np.arange(cache.length, cache.length + len(ids))
        rotation = self._rotation(positions)
        x = self.embedding[ids]
        for layer, block in enumerate(self.blocks):
            x = x + self._attend(x, layer, block, cache, rotation)
            x = x + self._feed_forward(x, block)
        cache.length += len(ids)
        return x

    def _attend(self, x, layer: int, block: Block, cache: Cache, rotation) -> np.ndarray:
        n, h, g, d = len(x), self.heads, self.kv_heads, self.head_width
        heads = self._norm(x, block.attention_norm) @ block.query_key_value.T
        queries, keys, values = np.split(heads.reshape(n, h + 2 * g, d), [h, h + g], axis=1)
        keys, values = cache.store(layer, _rotate(keys, rotation), values)
        s = keys.shape[1]

        # (n, h, d) -> (g, h/g * n, d): the query heads that share a key head in one product.
        queries = _rotate(queries, rotation).reshape(n, g, h // g, d)
        queries = queries.transpose(1, 2, 0, 3).reshape(g, -1, d)
        scores = queries @ keys.swapaxes(1, 2) / np.float32(np.sqrt(d))
        if n > 1:
            scores = scores.reshape(g, h // g, n, s) + _causal_mask(n, s)
            scores = scores.reshape(g, -1, s)
        mixed = _softmax(scores) @ values
        mixed = mixed.reshape(g, h // g, n, d).transpose(2, 0, 1, 3).reshape(n, h * d)
        return mixed @ block.attention_out.T

    def _feed_forward(self, x: np.ndarray, block: Block) -> np.ndarray:
        gate, up = np.split(self._norm(x, block.feed_norm) @ block.gate_up.T, 2, axis=-1)
        with np.errstate(over="ignore"):  # exp(-gate) may overflow to inf; the quotient is then 0
            gate = gate / (1 + np.exp(-gate))
        return (gate * up) @ block.down.T

    def _norm(self, x: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Divide each vector by its root mean square."""
        return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + self.epsilon) * weight

    def _rotation(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        angles = np.outer(positions, self.frequencies)[:, None, :]
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _block(tensors: dict[str, Tensor], prefix: str) -> Block:
    def weight(*names: str) -> np.ndarray:
        return np.concatenate([tensors[f"{prefix}{name}.weight"].unpack() for name in names])

    return Block(
        attention_norm=weight("attn_norm"),
        query_key_value=weight("attn_q", "attn_k", "attn_v"),
        attention_out=weight("attn_output"),
        feed_norm=weight("ffn_norm"),
        gate_up=weight("ffn_gate", "ffn_up"),
        down=weight("ffn_down"),
    )


def _rotate(x: np.ndarray, rotation: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Turn each pair of neighbouring numbers by an angle that grows with the position (RoPE)."""
    cos, sin = rotation
    even, odd = x[..., ::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., ::2] = even * cos - odd * sin
    turned[..., 1::2] = even * sin + odd * cos
    return turned


def _causal_mask(n: int, s: int) -> np.ndarray:
    """Hide from each of the last n of s positions the positions after it, (n, s)."""
    later = np.arange(s) > np.arange(s - n, s)[:, None]
    return np.where(later, np.float32(-np.inf), np.float32(0))


def _softmax(scores: np.ndarray) -> np.ndarray:
    # In float32 and without checks: this runs 30 times a token, on rows that are always finite.
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return scores / scores.sum(axis=-1, keepdims=True)
