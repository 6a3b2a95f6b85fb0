// Whether and why this page cannot run Python, in a sentence for the learner.

// (module (func try_table end)): exceptions as WebAssembly 3 has them.
const EXCEPTIONS = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11,
];
const WRITING = "What you write is kept all the same, and “Download notebook” works.";
const OLD =
  "This browser cannot run Python in a page. Chrome or Edge from 137 on, Firefox from 131 and Safari from 18.4 can.";

let forbidden = null; // the directive of the site's policy that was in the way
addEventListener("securitypolicyviolation", (event) => {
  forbidden = event.effectiveDirective;
});

/** Why cells do not run here; null where they may. */
export function unable() {
  if (location.protocol === "file:") {
    return `Cells do not run in a page that was opened as a file: a browser lets no such page start Python. ${WRITING} To run cells, put the folder on any web server; on this machine, open a terminal in the folder of index.html, run “python -m http.server”, and go to localhost:8000.`;
  }
  const features = [globalThis.Worker, globalThis.WebAssembly, globalThis.DecompressionStream];
  if (!features.every(Boolean)) return `${OLD} ${WRITING}`;
  // Without leave to compile, some browsers validate nothing: that is told when Python is started.
  let valid = true;
  try {
    valid = WebAssembly.validate(Uint8Array.from(EXCEPTIONS));
  } catch {}
  return valid ? null : `${OLD} ${WRITING}`;
}

/** Why Python did not start, from the error. */
export function explained(error) {
  const text = String(error.message ?? error);
  if (forbidden || /Content.Security.Policy|CSP|unsafe-eval|SecurityError/i.test(text)) {
    return `The rules of this site do not let Python start (its Content-Security-Policy${forbidden ? `, ${forbidden}` : ""}). Whoever runs the site finds in “Put the book on a server” what to allow. ${WRITING}`;
  }
  if (/memory|RangeError|allocation/i.test(text)) {
    return `There is too little memory for Python, which takes about 350 MB. Close other tabs or programs, then press Run again. ${WRITING}`;
  }
  if (/fetch|network|NetworkError|Load failed|: [45]\d\d /i.test(text)) {
    return `Python could not be fetched (${text}). Is there a network? Then press Run again. ${WRITING}`;
  }
  return `Python did not start: ${text.split("\n")[0]}. ${WRITING}`;
}
