// A GGUF file in memory: its metadata, and where its tensors are. logitlab.model.gguf says more.
const SCALARS = ["Uint8", "Int8", "Uint16", "Int16", "Uint32", "Int32", "Float32"];
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1];
const BOOL = 7,
  STRING = 8,
  ARRAY = 9;
const WIDE = { 10: "BigUint64", 11: "BigInt64", 12: "Float64" };

/** { metadata, tensors: { name: { kind, shape, at } } } of the file at `start`; the fastest axis is last. */
export function readGguf(buffer, start) {
  const view = new DataView(buffer);
  const text = new TextDecoder();
  let at = start + 8;

  function take(type, size) {
    const value = view[`get${type}`](at, true);
    at += size;
    return typeof value === "bigint" ? Number(value) : value;
  }
  const u32 = () => take("Uint32", 4);
  const u64 = () => take("BigUint64", 8);

  function string() {
    const size = u64();
    at += size;
    return text.decode(new Uint8Array(buffer, at - size, size));
  }
  function value(kind) {
    if (kind === STRING) return string();
    if (kind === BOOL) return Boolean(take("Uint8", 1));
    if (kind in WIDE) return take(WIDE[kind], 8);
    if (kind !== ARRAY) return take(SCALARS[kind], SIZES[kind]);
    const of = u32();
    return Array.from({ length: u64() }, () => value(of));
  }

  if (view.getUint32(start, true) !== 0x46554747) throw new Error("it is no GGUF file");
  const count = u64(),
    pairs = u64();
  const metadata = {},
    tensors = {};
  for (let i = 0; i < pairs; i++) {
    const key = string();
    metadata[key] = value(u32());
  }
  for (let i = 0; i < count; i++) {
    const name = string();
    const shape = Array.from({ length: u32() }, u64).reverse();
    tensors[name] = { shape, kind: u32(), at: u64() };
  }
  const step = metadata["general.alignment"] ?? 32;
  const first = start + Math.ceil((at - start) / step) * step;
  for (const tensor of Object.values(tensors)) tensor.at += first;
  return { metadata, tensors };
}
