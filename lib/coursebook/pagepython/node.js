// Runs Python statements outside of a browser, in the same runtime: the build compiles the library
// with it, and the tests ask it.
//
//   node node.js python.wasm stdlib.zip [files.tar ...] < script.py
//
// Files may be gzipped. What the script hands to `emit` is printed, one line of JSON each.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { patched, untar } from "./browser/files.js";
import * as python from "./browser/python-wasi.js";

const read = (path) => {
  const bytes = readFileSync(path);
  return new Uint8Array(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
};
const script = readFileSync(0);
const [wasm, stdlib, ...more] = process.argv.slice(2).map(read);
const bodies = process.env.BODIES && read(process.env.BODIES);
const files = Object.assign({ "script/script.py": new Uint8Array(script) }, ...more.map(untar));
const image = {
  module: await WebAssembly.compile(bodies ? patched(wasm, bodies) : wasm),
  stdlib,
  memory: null,
};
const emit = (message) => {
  if (message.type === "stream") process.stderr.write(message.text);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
};
const running = await python.start(image, files, emit);
const paths = "import sys; sys.path[:0] = ['/course', '/plots']";
const EMIT = "import _host, json; emit = lambda message: _host.call(json.dumps(message).encode())";
for (const statement of [
  paths,
  EMIT,
  "exec(compile(open('/script/script.py').read(), 'script.py', 'exec'))",
]) {
  python.run(running, statement);
}
