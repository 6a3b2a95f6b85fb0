// The worker that holds the model. From the page: start, read. To the page: progress, ready, logits, broken.
import { readGguf } from "./gguf.js";
import { Tokenizer } from "./tokenizer.js";
import { reserve, Transformer } from "./transformer.js";

let tokenizer = null,
  model = null,
  context = 0;

/** The file's bytes into the memory at `start`; a file that is not whole is an error. */
async function fill(response, memory, start, bytes) {
  const reader = response.body.getReader();
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (loaded + value.length > bytes) break;
    new Uint8Array(memory.buffer, start + loaded).set(value);
    loaded += value.length;
    postMessage({ type: "progress", loaded });
  }
  if (loaded !== bytes) throw new Error("the file that came is not whole");
}

async function start({ url, bytes, sha256, kernel, keep }) {
  const store = await globalThis.caches?.open(keep).catch(() => null);
  const kept = await store?.match(url);
  const [response, code] = await Promise.all([kept ?? fetch(url), fetch(kernel)]);
  for (const { ok, status, url } of [response, code]) {
    if (!ok) throw new Error(`${url}: ${status}`);
  }
  const place = reserve(bytes);
  await fill(response, place.memory, place.start, bytes);
  const file = new Uint8Array(place.memory.buffer, place.start, bytes);
  if (!kept && crypto.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
    const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== sha256) throw new Error("the file that came is another one");
    await store?.put(url, new Response(file)).catch(() => {}); // no room: the next visit fetches it
  }
  const contents = readGguf(place.memory.buffer, place.start);
  tokenizer = new Tokenizer(contents.metadata);
  model = new Transformer(new Uint8Array(await code.arrayBuffer()), place, contents);
  context = contents.metadata["llama.context_length"];
  postMessage({ type: "ready", vocabulary: tokenizer.vocabulary(), ends: [...tokenizer.ends] });
}

/** The logits after a text, or after ids; what was read before is not read again. */
function read({ text, ids }) {
  const wanted = ids ?? tokenizer.encode(text);
  if (!wanted.length) throw new Error("the text has no token that the model knows");
  if (wanted.length > context)
    throw new Error(`the text has ${wanted.length} tokens, and the model reads ${context} at most`);
  let same = 0;
  while (same < wanted.length - 1 && model.ids[same] === wanted[same]) same++;
  model.keep(same);
  let logits;
  for (const id of wanted.slice(same)) logits = model.read(id);
  const copy = logits.slice();
  postMessage({ type: "logits", ids: wanted, logits: copy }, [copy.buffer]);
}

globalThis.onmessage = async ({ data }) => {
  try {
    await { start, read }[data.do](data);
  } catch (error) {
    console.info(error); // for who looks; the page says it in words
    postMessage({
      type: "broken",
      started: Boolean(model),
      text: `${error.name}: ${error.message}`,
    });
  }
};
