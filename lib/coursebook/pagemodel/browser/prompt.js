// The page “Your own prompt”: the reader's words, the model's whole distribution, and a text written by hand.
import distributionExplorer from "../../../logitlab/explorers/distribution.js";
import { legend, shade } from "../../../logitlab/explorers/text.js";
import { tokenList } from "../../../logitlab/explorers/tokens.js";
import { visible } from "../../../logitlab/explorers/visible.js";
import { button, make } from "../../pagepython/browser/dom.js";
import { draw, generator, traits } from "./draw.js";

const HERE = document.currentScript.src; // the files are beside this one
const DATA = JSON.parse(document.getElementById("prompt-data").textContent);
const KEPT = "the-whole-distribution-model"; // what the browser keeps, until it is removed
const BARS = 20,
  STRETCH = 40; // tokens that “Write on” adds
const KNOBS = [
  // name, words, start, least, most, step; top-k is off at its most
  ["temperature", "Temperature T", 1, 0.05, 3, 0.01],
  ["top_k", "Top-k", 200, 1, 200, 1],
  ["top_p", "Top-p", 1, 0, 1, 0.01],
  ["min_p", "Min-p", 0, 0, 1, 0.01],
  ["repetition_penalty", "Repetition penalty", 1, 0.5, 3, 0.01],
];
// (module (func (drop (v128.const i32x4 0 0 0 0)))): four numbers at a time
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 11,
];
const megabytes = (bytes) => Math.round(bytes / 1e6);
const SIZE = DATA.model && megabytes(DATA.model.bytes);
const RECORDED = "The lessons show recorded prompts all the same.";

let forbidden = null; // the directive of the site's policy that was in the way
addEventListener("securitypolicyviolation", (event) => {
  forbidden = event.effectiveDirective;
});

/** Why the model cannot run here; null where it may. */
function unable() {
  if (!DATA.model)
    return `This copy of the book was published without the model. Whoever publishes it can add it: see “Put the book on a server”. ${RECORDED}`;
  if (location.protocol === "file:")
    return `A page that was opened as a file may not start a model. Put the folder on any web server; on this machine, open a terminal in the folder of index.html, run “python -m http.server”, and go to localhost:8000. ${RECORDED}`;
  let valid = true; // where compiling is forbidden, starting it will say so
  try {
    valid = Boolean(globalThis.Worker) && WebAssembly.validate(Uint8Array.from(SIMD));
  } catch {}
  return valid
    ? null
    : `This browser is too old: Chrome or Edge from 91 on, Firefox from 89 and Safari from 16.4 can run the model. ${RECORDED}`;
}

/** Why the model did not start, from the error's text. */
function explained(text) {
  if (forbidden || /Content.Security.Policy|unsafe-eval|SecurityError/i.test(text))
    return `The rules of this site do not let the model start (its Content-Security-Policy${forbidden ? `, ${forbidden}` : ""}).`;
  if (/memory|RangeError|allocat/i.test(text))
    return "There is too little memory for the model, which takes about 330 MB. Close other tabs or programs, then try again.";
  return `The model did not come: ${text}. Is there a network? Then try again.`;
}

const root = document.getElementById("own-prompt");
const status = make("p", { role: "status", class: "prompt-status" });
const url = (name) => new URL(name, HERE).href;
const say = (text) => {
  status.textContent = text;
};

// --- the model, in a worker

let worker = null,
  answered = null; // { done, failed } of the question that the worker has

function ask(message) {
  return new Promise((done, failed) => {
    answered = { done, failed };
    worker.postMessage(message);
  });
}

function open(progress) {
  worker = new Worker(url(DATA.worker));
  worker.onmessage = ({ data }) => {
    if (data.type === "progress") progress(data.loaded);
    else if (data.type === "broken") answered.failed(new Error(data.text));
    else answered.done(data);
  };
  worker.onerror = (event) => answered.failed(new Error(event.message || "SecurityError"));
  const { name, bytes, sha256 } = DATA.model;
  return ask({ do: "start", url: url(name), bytes, sha256, kernel: url(DATA.kernel), keep: KEPT });
}

const store = () => globalThis.caches?.open(KEPT).catch(() => null) ?? null;
const kept = async () => Boolean(await (await store())?.match(url(DATA.model.name)));

/** The first view: fetch it, or start what the browser has kept. */
async function offer(message = "") {
  const has = await kept();
  const words = has
    ? "The model is kept in this browser."
    : `The model is ${SIZE} MB. It is fetched from this site, once, and stays in your browser. What you type goes nowhere.`;
  const tools = make("div", { class: "ll-tools" });
  tools.append(
    button(has ? "Start the model" : `Fetch the model (${SIZE} MB) and type`, begin, {
      class: "ll-button",
    }),
  );
  if (has) tools.append(button("Remove it from this browser", remove, { class: "ll-button" }));
  root.replaceChildren(make("p", {}, words), tools, status);
  say(message);
}

async function remove() {
  await (await store())?.delete(url(DATA.model.name));
  await offer("Removed.");
}

async function begin() {
  const bar = make("progress", { max: DATA.model.bytes, value: 0, "aria-label": "The model" });
  const cancel = button("Cancel", stop, { class: "ll-button" });
  let cancelled = false;
  function stop() {
    cancelled = true;
    worker.terminate();
    offer("Cancelled. Nothing was kept.");
  }
  root.replaceChildren(bar, make("div", { class: "ll-tools" }, cancel), status);
  cancel.focus();
  try {
    const { vocabulary, ends } = await open((loaded) => {
      bar.value = loaded;
      say(`${megabytes(loaded)} of ${SIZE} MB`);
    });
    if (!cancelled) desk(vocabulary, new Set(ends));
  } catch (error) {
    worker.terminate();
    if (!cancelled) await offer(`${explained(error.message)} ${RECORDED}`);
  }
}

// --- the desk: a prompt, the distribution, a text

function desk(vocabulary, ends) {
  let prompt = null, // ids of what was typed
    written = [], // { id, bits } of what was drawn
    logits = null,
    random = null,
    busy = false,
    stopped = false,
    drawn = null; // ends the explorer's drawing

  const settings = Object.fromEntries(KNOBS.map(([name, , start]) => [name, start]));
  const listeners = {};
  let shown = {};
  // What the explorer takes for a widget's model.
  const model = {
    get: (name) => settings[name] ?? shown[name],
    on: (event, call) => {
      listeners[event] = [...(listeners[event] ?? []), call];
    },
    off: () => {},
    set: () => {},
    save_changes: () => {},
  };

  const field = make("textarea", { id: "prompt-text", rows: 2 });
  field.value = "The best thing about the sea is";
  const chat = make("input", { type: "checkbox", id: "prompt-chat" });
  const seed = make("input", {
    type: "number",
    id: "prompt-seed",
    min: 0,
    max: 999999,
    step: 1,
    value: 0,
    class: "ll-number",
  });
  const look = button("Show what may come next", read, { class: "ll-button" });
  const form = make(
    "form",
    { class: "prompt-form", onsubmit: (event) => event.preventDefault() },
    make("label", { for: "prompt-text" }, "The beginning of a text"),
    field,
    make(
      "label",
      { for: "prompt-chat" },
      chat,
      " as a question to the assistant, in the model's chat form",
    ),
    make("div", { class: "ll-tools" }, look),
  );
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    read();
  });

  const sliders = KNOBS.map(([name, words, start, min, max, step]) => {
    const out = make("output", { for: `prompt-${name}` });
    const slider = make("input", {
      type: "range",
      id: `prompt-${name}`,
      min,
      max,
      step,
      value: start,
    });
    const tell = () => {
      const off = name === "top_k" && slider.value === slider.max;
      out.textContent = off ? "off" : step === 1 ? slider.value : Number(slider.value).toFixed(2);
      slider.setAttribute("aria-valuetext", out.textContent);
      settings[name] = off ? 0 : Number(slider.value);
      for (const call of listeners[`change:${name}`] ?? []) call();
    };
    slider.addEventListener("input", tell);
    tell();
    return make(
      "div",
      { class: "prompt-knob" },
      make("label", { for: `prompt-${name}` }, words),
      slider,
      out,
    );
  });
  const picture = make("div");
  const detail = make("p", { class: "ll-detail" });
  const list = tokenList((i) => {
    const { id, bits } = written[i];
    detail.textContent = `Token ${i + 1}, ${visible(vocabulary[id])}: ${bits.toFixed(1)} bits, a probability of ${(100 * 2 ** -bits).toPrecision(2)} % to the model itself.`;
  });
  list.node.setAttribute("aria-label", "What was written, token by token");
  const one = button("Draw one", () => write(1), { class: "ll-button" });
  const more = button(`Write on (${STRETCH} tokens)`, () => write(STRETCH), { class: "ll-button" });
  const stop = button("Stop", () => (stopped = true), { class: "ll-button" });
  const back = button("Back to the prompt", restart, { class: "ll-button" });
  seed.addEventListener("change", restart);
  const text = make(
    "div",
    { class: "ll prompt-text" },
    make(
      "div",
      { class: "ll-tools" },
      one,
      more,
      stop,
      back,
      make("label", { for: "prompt-seed" }, "Seed ", seed),
    ),
    list.node,
    detail,
    legend(),
  );
  const result = make("div", { hidden: "" }, ...sliders, picture, text);
  root.replaceChildren(form, status, result);
  field.focus();
  field.select();
  say("The model is ready.");
  show();

  function show() {
    stop.hidden = !busy;
    look.disabled = one.disabled = more.disabled = back.disabled = busy;
    list.node.hidden = detail.hidden = !written.length;
    if (written.length) {
      const tokens = written.map(({ id, bits }) => ({
        text: vocabulary[id],
        css: shade(bits),
        said: `${visible(vocabulary[id])}, ${bits.toFixed(1)} bits`,
      }));
      list.show(tokens, tokens.length - 1);
    }
  }

  function drawBars() {
    const ids = [...prompt, ...written.map(({ id }) => id)];
    const words = chat.checked ? "the answer" : field.value;
    shown = {
      ...traits(logits, vocabulary, ids, BARS),
      knobs: KNOBS.map(([name]) => name),
      title: `The next token after ${written.length ? "what was written" : words}`,
      goal: null,
    };
    for (const event in listeners) delete listeners[event];
    drawn?.();
    picture.replaceChildren();
    drawn = distributionExplorer.render({ model, el: picture });
  }

  /** Busy with something that may fail; what fails is said. */
  async function during(work) {
    busy = true;
    show();
    try {
      await work();
    } catch (error) {
      say(
        error.message
          .replace(/^Error: /, "")
          .replace(/^the/, "The")
          .concat("."),
      );
    }
    busy = false;
    show();
  }

  async function read() {
    if (busy) return;
    if (!field.value.trim()) return say("Type the beginning of a text first.");
    await during(async () => {
      say("Reading …");
      const began = performance.now();
      const answer = await ask({
        do: "read",
        text: chat.checked ? DATA.chat.replace("{user}", () => field.value) : field.value,
      });
      ({ ids: prompt, logits } = answer);
      written = [];
      random = generator(seed.valueAsNumber || 0);
      result.hidden = false;
      drawBars();
      say(
        `${prompt.length} tokens read in ${((performance.now() - began) / 1000).toFixed(1)} s. Every one of the ${logits.length.toLocaleString("en")} tokens has its score.`,
      );
    });
  }

  async function restart() {
    if (busy || !prompt) return;
    await during(async () => {
      ({ logits } = await ask({ do: "read", ids: prompt }));
      written = [];
      random = generator(seed.valueAsNumber || 0);
      drawBars();
      say("Back at the prompt.");
    });
  }

  async function write(count) {
    stopped = false;
    await during(async () => {
      let ended = false;
      for (let i = 0; i < count && !stopped && !ended; i++) {
        const ids = [...prompt, ...written.map(({ id }) => id)];
        const token = draw(logits, ids, settings, random);
        written.push(token);
        ended = ends.has(token.id);
        if (ended) break;
        ({ logits } = await ask({ do: "read", ids: [...ids, token.id] }));
        show();
      }
      drawBars();
      const n = written.length;
      const bits = written.reduce((sum, each) => sum + each.bits, 0) / n;
      say(
        `${n} ${n === 1 ? "token" : "tokens"} written, ${bits.toFixed(1)} bits a token.${ended ? " With the last one the model ends its text." : ""}`,
      );
    });
  }
}

const reason = unable();
if (reason) root.replaceChildren(make("p", { class: "prompt-unable" }, reason));
else offer();
