import { goalLine, percent, quoted, tiles, titled, whole } from "./chart.js";
import { el, ownKeys, uid } from "./page.js";
import { visible } from "./visible.js";

const named = (token) => quoted(visible(token));
const bare = (text) => text.trim().toLowerCase();
const times = (n) => (n === 1 ? "1 guess" : `${whole(n)} guesses`);

/** What a guess is: right, known to the model with a rank, or not among the tokens that were kept. */
export function judge(place, guess) {
  const i = place.guesses.findIndex((token) => bare(token) === bare(guess));
  return { right: bare(guess) === bare(place.token), rank: i + 1, p: i < 0 ? 0 : place.probs[i] };
}

/** Sums over the places that were played. */
export function tally(played) {
  const found = played.filter((x) => x.guesses);
  return {
    first: played.filter((x) => x.guesses === 1).length,
    modelFirst: played.filter((x) => x.place.rank === 1).length,
    found: found.length,
    bits: played.reduce((sum, x) => sum + x.place.bits, 0),
    letters: played.reduce((sum, x) => sum + x.place.token.length, 0),
  };
}

function render({ model, el: root }) {
  const places = model.get("places"),
    start = model.get("start"),
    id = uid();
  const announce = el("p", { role: "status", class: "ll-hidden" });
  const goal = goalLine(model, announce);
  const readout = tiles([
    "Token",
    "You, at the first guess",
    "Model, at the first guess",
    "Bits so far",
    "Bits a character",
  ]);
  const text = el("p", { class: "ll-game", "aria-labelledby": `${id}t` });
  const input = el("input", {
    type: "text",
    id: `${id}g`,
    class: "ll-number",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const label = el("label", { for: `${id}g` }, "Next word or mark: ");
  const go = el("button", { type: "submit", class: "ll-button ll-main" }, "Guess");
  const reveal = el(
    "button",
    { type: "button", class: "ll-button", onclick: () => finish(0) },
    "Tell me",
  );
  const again = el(
    "button",
    { type: "button", class: "ll-button", onclick: restart },
    "Start again",
  );
  const said = el("p", { role: "status", class: "ll-status" });
  const before = el("p", { class: "ll-legend", id: `${id}l` });
  const list = el("ol", { class: "ll-guesses", "aria-labelledby": `${id}l` });
  // JupyterLab prevents the submission that Enter brings about by itself.
  const onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit();
  };
  input.addEventListener("keydown", onkeydown);
  ownKeys(input);
  const form = el(
    "form",
    {
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        guess();
      },
    },
    el("div", { class: "ll-tools" }, label, input, go, reveal, again),
  );
  root.classList.add("ll");
  root.append(titled(model, `${id}t`));
  if (goal) root.append(goal.node);
  root.append(readout.node, text, form, said, before, list, announce);

  let played, tried;
  function show(words, expected) {
    const { first, modelFirst, bits, letters } = tally(played),
      n = played.length,
      over = n === places.length;
    text.replaceChildren(
      start,
      ...played.map(({ place, guesses }) =>
        el(
          "span",
          { class: guesses === 1 ? "ll-hit" : guesses ? "ll-late" : "ll-told" },
          place.token,
        ),
      ),
      over ? "" : el("b", { class: "ll-next" }, " …"),
    );
    readout.update([
      `${Math.min(n + 1, places.length)} of ${places.length}`,
      `${first} of ${n}`,
      `${modelFirst} of ${n}`,
      bits.toFixed(1),
      letters ? (bits / letters).toFixed(2) : "–",
    ]);
    input.disabled = go.disabled = reveal.disabled = over;
    said.textContent = over
      ? `${words} The text is complete. The model needed ${bits.toFixed(1)} bits for ${letters} characters.`
      : words;
    before.textContent = expected
      ? `For ${named(played.at(-1).place.token)} the model expected:`
      : "";
    list.replaceChildren(
      ...(expected ?? []).map(([token, p]) =>
        el("li", {}, el("code", {}, visible(token)), ` ${percent(p)}`),
      ),
    );
    goal?.update(first, `token ${n} of ${places.length}`);
  }

  function finish(guesses) {
    const place = places[played.length];
    played.push({ place, guesses });
    tried = [];
    input.value = "";
    const you = guesses
      ? `Yes, ${named(place.token)}, with ${times(guesses)}.`
      : `It is ${named(place.token)}.`;
    show(
      `${you} The model needs ${times(place.rank)}: to it the token has ${place.bits.toFixed(1)} bits of surprisal, and the place ${place.entropy.toFixed(1)} bits of entropy.`,
      place.guesses.slice(0, 5).map((token, i) => [token, place.probs[i]]),
    );
    input.focus();
  }

  function guess() {
    const place = places[played.length],
      word = input.value.trim();
    if (!place) return;
    if (!word) {
      said.textContent = "Write a word or a mark first.";
      return;
    }
    const { right, rank, p } = judge(place, word);
    if (right) {
      finish(tried.length + 1);
      return;
    }
    if (!tried.includes(bare(word))) tried.push(bare(word));
    const view = rank
      ? `The model would have tried it as number ${rank}, with ${percent(p)}.`
      : `The model does not have it among its ${place.guesses.length} likeliest.`;
    said.textContent = `Not ${named(word)}. ${view} Wrong so far: ${tried.length}.`;
    input.select();
  }

  function restart() {
    played = [];
    tried = [];
    show("You see how the text begins. Guess what comes next.");
  }
  restart();
}

export default { render };
