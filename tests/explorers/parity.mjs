// Runs the arithmetic of a built module over the cases of test_parity.py.
// node parity.mjs module.mjs cases.json results.json
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , module, input, output] = process.argv;
const { entries, distribution, entropy, stages } = await import(pathToFileURL(module));
const view = (text) => {
  const bytes = Buffer.from(text, "base64");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
const text = (array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");

const results = JSON.parse(readFileSync(input)).map(({ logits, counts, seen, knobs, steps }) => {
  const data = entries(view(logits), view(counts), seen);
  const all = steps ? stages(data, steps).slice(1) : [distribution(data, knobs)];
  return all.map((d) => ({ p: text(d.p), kept: text(d.kept), top: d.top, entropy: entropy(d) }));
});
writeFileSync(output, JSON.stringify(results));
