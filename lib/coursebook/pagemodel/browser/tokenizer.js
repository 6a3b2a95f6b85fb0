// Text to token ids and back, by the rules of logitlab.model.tokenizer: byte-level byte-pair encoding.
const WORD = /\p{N}|'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?![^\s\p{N}])|\s+/gu;
const NORMAL = 1;
// Each byte has a visible character: its own where it has one, else one from U+0100 on.
const CHARACTER = [];
let next = 256;
for (let byte = 0; byte < 256; byte++) {
  const own = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  CHARACTER.push(String.fromCharCode(own ? byte : next++));
}
const BYTE = new Map(CHARACTER.map((character, byte) => [character, byte]));

export class Tokenizer {
  constructor(metadata) {
    const pieces = metadata["tokenizer.ggml.tokens"];
    const kinds = metadata["tokenizer.ggml.token_type"];
    this.id = new Map(pieces.map((piece, id) => [piece, id]));
    this.rank = new Map(metadata["tokenizer.ggml.merges"].map((merge, rank) => [merge, rank]));
    const special = pieces.filter((_, id) => kinds[id] !== NORMAL);
    this.special = new Set(special);
    const names = [...special].sort((a, b) => b.length - a.length);
    const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    this.split = new RegExp(`(${escaped.join("|")})`);
    const utf8 = new TextEncoder();
    this.bytes = pieces.map((piece) =>
      this.special.has(piece)
        ? utf8.encode(piece)
        : Uint8Array.from(piece, (character) => BYTE.get(character)),
    );
    this.ends = new Set(["<|endoftext|>", "<|im_end|>"].map((name) => this.id.get(name)));
  }

  encode(text) {
    const utf8 = new TextEncoder();
    return text.split(this.split).flatMap((part) => {
      if (this.special.has(part)) return [this.id.get(part)];
      return (part.match(WORD) ?? []).flatMap((word) =>
        this.#join(Array.from(utf8.encode(word), (byte) => CHARACTER[byte])),
      );
    });
  }

  decode(ids) {
    const bytes = Uint8Array.from(ids.flatMap((id) => [...this.bytes[id]]));
    return new TextDecoder().decode(bytes);
  }

  /** Each token's text; a byte that is no character on its own is written ⟨E2⟩. */
  vocabulary() {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const read = (bytes) => {
      try {
        return strict.decode(bytes);
      } catch {}
      for (let end = bytes.length - 1; end > 0; end--) {
        try {
          return strict.decode(bytes.subarray(0, end)) + read(bytes.subarray(end));
        } catch {}
      }
      const first = bytes[0].toString(16).toUpperCase().padStart(2, "0");
      return `⟨${first}⟩${bytes.length > 1 ? read(bytes.subarray(1)) : ""}`;
    };
    return this.bytes.map(read);
  }

  /** The ids of a word: neighbours are joined, the pair that training joined first before all others. */
  #join(pieces) {
    for (;;) {
      let best = Infinity,
        pair;
      for (let i = 1; i < pieces.length; i++) {
        const rank = this.rank.get(`${pieces[i - 1]} ${pieces[i]}`) ?? Infinity;
        if (rank < best) [best, pair] = [rank, [pieces[i - 1], pieces[i]]];
      }
      if (!pair) break;
      const merged = [];
      for (let i = 0; i < pieces.length; i++) {
        const meets = pieces[i] === pair[0] && pieces[i + 1] === pair[1];
        merged.push(meets ? pair[0] + pair[1] : pieces[i]);
        i += meets;
      }
      pieces = merged;
    }
    // The vocabulary lacks some bytes: they are left out.
    return pieces.map((piece) => this.id.get(piece)).filter((id) => id !== undefined);
  }
}
