// Pyodide behind the same four functions as python-wasi.js, for the day on which NumPy has a wheel for
// it in a registry. It takes no image of its memory here: after a stop it starts from the beginning.

/** Nothing is fetched before the start; Pyodide fetches what it needs from its folder. */
export async function load({ pyodide, numpy }) {
  return {
    folder: pyodide.url.replace(/[^/]*$/, ""),
    packages: numpy ? [numpy.url] : [],
    memory: null,
  };
}

/** Start Python with `files` ({path: bytes}) in its file system; `emit` gets what Python sends. */
export async function start(image, files, emit) {
  const { loadPyodide } = await import(`${image.folder}pyodide.mjs`);
  const pyodide = await loadPyodide({ packages: image.packages });
  for (const [path, bytes] of Object.entries(files)) {
    const whole = `/${path}`.replace("//", "/");
    pyodide.FS.mkdirTree(whole.replace(/\/[^/]*$/, ""));
    pyodide.FS.writeFile(whole, bytes);
  }
  globalThis.emitFromPython = (text) => emit(JSON.parse(text));
  return { image, pyodide };
}

/** Execute a statement; Python sends its messages meanwhile. */
export function run(python, statement) {
  python.pyodide.runPython(statement);
}

/** The image that it was started from. */
export function freeze(python) {
  return python.image;
}

/** The statement that makes Python send its messages to `emit`. */
export const CONNECT =
  "import js, json, kernel; kernel.start(lambda m: js.emitFromPython(json.dumps(m)))";
