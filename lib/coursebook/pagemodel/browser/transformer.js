// The forward pass of logitlab.model.transformer: a token id in, a score for every token out.
// The packed weights stay as they are in the file; kernel.wat multiplies with them.
const Q4_1 = 3,
  BLOCK = 32,
  Q8_0_BYTES = 34;
const TABLE = 4 * 65536; // bytes: the number for each half

/** A memory with room for a file of so many bytes, and where the file is to be put. */
export function reserve(bytes) {
  const start = TABLE;
  const pages = Math.ceil((start + bytes + 1_000_000) / 65536); // and the vectors of one token
  return { memory: new WebAssembly.Memory({ initial: pages }), start, end: start + bytes };
}

export class Transformer {
  /** `place` is what `reserve` gave, filled with the file; `kernel` the bytes of kernel.wat's module. */
  constructor(kernel, place, { metadata, tensors }) {
    const { memory } = place;
    const found = (key) => metadata[`llama.${key}`];
    this.layers = found("block_count");
    this.width = found("embedding_length");
    this.heads = found("attention.head_count");
    this.kvHeads = found("attention.head_count_kv");
    this.head = this.width / this.heads;
    this.epsilon = found("attention.layer_norm_rms_epsilon");
    this.frequencies = Float64Array.from(
      { length: this.head / 2 },
      (_, i) => found("rope.freq_base") ** ((-2 * i) / this.head),
    );
    this.vocab = tensors["token_embd.weight"].shape[0];
    this.tensors = tensors;
    this.buffer = memory.buffer;
    this.halves = new Float32Array(this.buffer, 0, 65536).map((_, bits) => half(bits));
    new Float32Array(this.buffer, 0, 65536).set(this.halves);
    const module = new WebAssembly.Module(kernel);
    const given = { page: { memory, halves: 0 } };
    this.kernel = new WebAssembly.Instance(module, given).exports;

    const inner = found("feed_forward_length");
    const keys = this.kvHeads * this.head;
    let at = Math.ceil(place.end / 16) * 16;
    const room = (length) => {
      const array = new Float32Array(this.buffer, at, length);
      at += 4 * Math.ceil(length / 4) * 4;
      return array;
    };
    this.input = room(Math.max(this.width, inner)); // what a matrix is multiplied with
    this.sums = room(this.input.length / BLOCK);
    this.query = room(this.width);
    this.key = room(keys);
    this.value = room(keys);
    this.out = room(this.width);
    this.gate = room(inner);
    this.up = room(inner);
    this.logits = room(this.vocab);
    this.keys = Array.from({ length: this.layers }, () => new Float32Array(64 * keys));
    this.values = this.keys.map((array) => array.slice());
    this.ids = []; // the tokens read so far, whose keys and values are kept
  }

  /** Forget what was read beyond the first tokens. */
  keep(length) {
    this.ids.length = Math.min(length, this.ids.length);
  }

  /** Read one more token; the logits of the next one, valid until the next call. */
  read(id) {
    const x = this.#embedding(id);
    const rotation = this.#rotation(this.ids.length);
    for (let layer = 0; layer < this.layers; layer++) {
      const weight = (name) => this.tensors[`blk.${layer}.${name}.weight`];
      this.#norm(x, weight("attn_norm"));
      this.#multiply(weight("attn_q"), this.query);
      this.#multiply(weight("attn_k"), this.key);
      this.#multiply(weight("attn_v"), this.value);
      this.#attend(layer, rotation);
      this.#multiply(weight("attn_output"), this.out);
      add(x, this.out);
      this.#norm(x, weight("ffn_norm"));
      this.#multiply(weight("ffn_gate"), this.gate);
      this.#multiply(weight("ffn_up"), this.up);
      const { gate, up, input } = this;
      for (let i = 0; i < gate.length; i++) input[i] = (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
      this.#multiply(weight("ffn_down"), this.out);
      add(x, this.out);
    }
    this.ids.push(id);
    this.#norm(x, this.tensors["output_norm.weight"]);
    this.#multiply(this.tensors["token_embd.weight"], this.logits);
    return this.logits;
  }

  #embedding(id) {
    const blocks = this.width / BLOCK;
    const { at } = this.tensors["token_embd.weight"];
    const view = new DataView(this.buffer, at + id * blocks * Q8_0_BYTES, blocks * Q8_0_BYTES);
    return Float32Array.from({ length: this.width }, (_, i) => {
      const block = Math.floor(i / BLOCK) * Q8_0_BYTES;
      return this.halves[view.getUint16(block, true)] * view.getInt8(block + 2 + (i % BLOCK));
    });
  }

  /** Divide a vector by its root mean square; the result is the next input. */
  #norm(x, { at }) {
    const weight = new Float32Array(this.buffer, at, x.length);
    let sum = 0;
    for (const each of x) sum += each * each;
    const scale = 1 / Math.sqrt(sum / x.length + this.epsilon);
    for (let i = 0; i < x.length; i++) this.input[i] = x[i] * scale * weight[i];
  }

  #multiply({ kind, shape, at }, out) {
    const [rows, columns] = shape;
    const blocks = columns / BLOCK;
    const x = this.input.byteOffset;
    if (kind !== Q4_1) return this.kernel.q8_0(at, x, out.byteOffset, rows, blocks);
    for (let block = 0; block < blocks; block++) {
      let sum = 0;
      for (let i = 0; i < BLOCK; i++) sum += this.input[block * BLOCK + i];
      this.sums[block] = sum;
    }
    this.kernel.q4_1(at, x, this.sums.byteOffset, out.byteOffset, rows, blocks);
  }

  /** Mix the values of the tokens so far, by how well their keys fit the query, into the next input. */
  #attend(layer, rotation) {
    const { head, heads, kvHeads, query, key, value, input } = this;
    const now = this.ids.length,
      width = kvHeads * head;
    rotate(query, rotation);
    rotate(key, rotation);
    if ((now + 1) * width > this.keys[layer].length) {
      for (const kept of [this.keys, this.values]) {
        const more = new Float32Array(2 * kept[layer].length);
        more.set(kept[layer]);
        kept[layer] = more;
      }
    }
    const keys = this.keys[layer],
      values = this.values[layer];
    keys.set(key, now * width);
    values.set(value, now * width);
    const scores = new Float64Array(now + 1);
    for (let h = 0; h < heads; h++) {
      const shared = Math.floor((h * kvHeads) / heads) * head;
      let most = -Infinity;
      for (let t = 0; t <= now; t++) {
        let dot = 0;
        for (let i = 0; i < head; i++) dot += query[h * head + i] * keys[t * width + shared + i];
        scores[t] = dot / Math.sqrt(head);
        most = Math.max(most, scores[t]);
      }
      let sum = 0;
      for (let t = 0; t <= now; t++) {
        scores[t] = Math.exp(scores[t] - most);
        sum += scores[t];
      }
      for (let i = 0; i < head; i++) {
        let mixed = 0;
        for (let t = 0; t <= now; t++) mixed += scores[t] * values[t * width + shared + i];
        input[h * head + i] = mixed / sum;
      }
    }
  }

  #rotation(position) {
    return Array.from(this.frequencies, (f) => [Math.cos(position * f), Math.sin(position * f)]);
  }
}

function add(x, more) {
  for (let i = 0; i < x.length; i++) x[i] += more[i];
}

/** Turn each pair of neighbouring numbers by an angle that grows with the position (RoPE). */
function rotate(x, rotation) {
  for (let i = 0; i < x.length; i += 2) {
    const [cos, sin] = rotation[(i / 2) % rotation.length];
    const [even, odd] = [x[i], x[i + 1]];
    x[i] = even * cos - odd * sin;
    x[i + 1] = even * sin + odd * cos;
  }
}

/** The number that 16 bits stand for. */
function half(bits) {
  const exponent = (bits >> 10) & 31,
    fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
