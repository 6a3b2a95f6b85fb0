// Runs the arithmetic of a built module over the cases of test_parity.py.
// node parity.mjs module.mjs cases.json results.json
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , module, input, output] = process.argv;
const { entries, distribution, entropy } = await import(pathToFileURL(module));
const view = (text) => {
  const bytes = Buffer.from(text, "base64");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
const text = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");

const results = JSON.parse(readFileSync(input)).map(({ logits, counts, seen, knobs }) => {
  const d = distribution(entries(view(logits), view(counts), seen), knobs);
  return { p: text(d.p), kept: text(d.kept), top: d.top, entropy: entropy(d) };
});
writeFileSync(output, JSON.stringify(results));
