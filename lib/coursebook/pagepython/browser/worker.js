// The worker that holds Python. From the page: start, plots, run. To the page: progress, image, ready,
// broken, and what kernel.py sends. The page stops an endless loop by ending the worker.

import * as python from "python-runtime"; // the build says which one
import { fetchGzipped, untar } from "./files.js";

const PATHS = "import sys; sys.path[:0] = ['/course', '/plots']";
const LOOK = "import sys; sys.path_importer_cache.clear()"; // there may be other files
const DRAW = "import random, numpy; random.seed(); numpy.random.seed()"; // an image would repeat what it drew

let running = null; // Python
let image = null; // what it was started from, its files among it
let id = 0;

const emit = (message) => postMessage({ ...message, id });

/** Fetch what is wanted; the page hears how much of it has come. */
async function fetchAll(assets, archive) {
  const come = {};
  const total = [...Object.values(assets), archive].reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = (url, loaded) => {
    come[url] = loaded;
    emit({
      type: "progress",
      loaded: Object.values(come).reduce((sum, more) => sum + more, 0),
      total,
    });
  };
  const [loaded, files] = await Promise.all([
    python.load(assets, progress),
    fetchGzipped(archive, progress),
  ]);
  return { ...loaded, files: untar(files) };
}

async function start({ assets, prepare, saved }) {
  image = saved;
  if (!image) {
    const { course, plots, bodies, ...rest } = assets;
    image = await fetchAll(rest, course);
  }
  const empty = { "plots/.keep": new Uint8Array() };
  running = await python.start(image, { ...empty, ...image.files }, emit);
  if (!saved?.memory) {
    for (const statement of [PATHS, python.CONNECT, prepare]) python.run(running, statement);
    const frozen = python.freeze(running);
    postMessage({ type: "image", image: frozen, id }, frozen.memory ? [frozen.memory] : []);
  }
  for (const statement of [LOOK, DRAW]) python.run(running, statement);
  emit({ type: "ready" });
}

/** Bring Matplotlib to the Python that runs, which keeps all that it holds. */
async function bringPlots({ assets }) {
  const { wasm, stdlib, bodies, plots } = assets;
  const more = await fetchAll({ wasm, stdlib, bodies }, plots);
  const { memory } = python.freeze(running);
  image = { ...more, files: { ...image.files, ...more.files } };
  running = await python.start({ ...image, memory }, image.files, emit);
  python.run(running, LOOK);
  emit({ type: "image", image });
  emit({ type: "ready" });
}

/** Why Python itself broke down; what a learner's code raises never comes here. */
function reason(error) {
  if (/^exit with/.test(error.message)) return "Your code ended Python.";
  if (running && error instanceof RangeError)
    return "Python ran out of stack: a recursion without an end, or data nested too deeply?";
  return `${error.name}: ${error.message}`;
}

globalThis.onmessage = async ({ data }) => {
  id = data.id;
  try {
    if (data.do === "start") await start(data);
    else if (data.do === "plots") await bringPlots(data);
    else
      python.run(
        running,
        `import kernel; kernel.run(${JSON.stringify(data.source)}, ${data.number})`,
      );
  } catch (error) {
    console.info(error); // for who looks; the page says it in words
    emit({ type: "broken", text: reason(error) });
  }
};
