import { el, inline, plain, stored, uid } from "./page.js";

const withUnit = (x, unit) => plain(x) + (unit && ` ${unit}`);

/** The difference in words. */
export function verdict({ answer, guess, choices, unit, tolerance }) {
  if (choices.length) {
    if (guess === null) return `The answer: ${answer}.`;
    return guess === answer
      ? `You said “${guess}”. That is right.`
      : `You said “${guess}”. The answer is “${answer}”.`;
  }
  if (guess === null) return `It is ${withUnit(answer, unit)}.`;
  const off = Math.abs(guess - answer);
  if (off === 0) return `You said ${withUnit(guess, unit)}. That is right.`;
  const by = plain(off) + (unit === "%" ? " points" : "");
  const near = off <= tolerance * (1 + 1e-9) ? "near enough, " : "";
  return `You said ${withUnit(guess, unit)}. It is ${withUnit(answer, unit)}: ${near}off by ${by}.`;
}

function store(name, guess) {
  try {
    if (guess === null) localStorage.removeItem(`logitlab:${name}`);
    else localStorage.setItem(`logitlab:${name}`, JSON.stringify({ guess }));
  } catch {
    /* a page may be denied storage; the guess then lasts as long as the page */
  }
  globalThis.dispatchEvent(new Event("logitlab:guess"));
}

/** The number that a reader wrote, as 7.5 or 7,5, 49152 or 49,152, with a sign of percent or not. */
export function numberIn(text) {
  const bare = text.trim().replace(/\s*%$/, "").replace("−", "-");
  const thousands = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare);
  const x = Number(thousands ? bare.replaceAll(",", "") : bare.replace(",", "."));
  return bare && Number.isFinite(x) ? x : null;
}

function render({ model, el: root }) {
  const id = uid();
  const q = Object.fromEntries(
    ["name", "question", "answer", "choices", "unit", "tolerance", "explain", "alt"].map((k) => [
      k,
      model.get(k),
    ]),
  );
  // JupyterLab prevents the submission that Enter brings about by itself.
  const onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit();
  };
  const field = el(
    "fieldset",
    { class: "ll-field", onkeydown },
    el("legend", {}, ...inline(q.question)),
  );
  const hint = el("p", { id: `${id}e`, class: "ll-hint" });
  let read, write;
  if (q.choices.length) {
    const inputs = q.choices.map((value) => el("input", { type: "radio", name: id, value }));
    field.append(
      ...inputs.map((input, i) =>
        el("label", { class: "ll-choice" }, input, ...inline(q.choices[i])),
      ),
    );
    read = () => inputs.find((i) => i.checked)?.value ?? null;
    write = (guess) =>
      inputs.forEach((i) => {
        i.checked = i.value === guess;
      });
  } else {
    // A field of type "number" drops the comma of 7,5 and hands on 75.
    const input = el("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      class: "ll-number",
      id: `${id}n`,
      "aria-describedby": `${id}e`,
    });
    field.append(el("label", { for: `${id}n` }, "Your guess: "), input, q.unit && ` ${q.unit}`);
    read = () => numberIn(input.value);
    write = (guess) => {
      input.value = guess ?? "";
    };
  }
  const commit = el("button", { type: "submit", class: "ll-button ll-main" }, "Commit");
  const skip = el(
    "button",
    { type: "button", class: "ll-button", onclick: () => finish(null) },
    "Skip",
  );
  const again = el(
    "button",
    { type: "button", class: "ll-button", onclick: restart },
    "Guess again",
  );
  const result = el("p", { role: "status", class: "ll-result", tabindex: -1 });
  const reveal = el("div", { class: "ll-reveal" });
  const form = el(
    "form",
    {
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const guess = read();
        if (guess === null)
          hint.textContent = q.choices.length
            ? "Choose one first, or skip."
            : "Write a number first, or skip.";
        else finish(guess);
      },
    },
    field,
    hint,
    el("div", { class: "ll-tools" }, commit, skip, again),
  );
  root.classList.add("ll");
  root.append(form, result, reveal);

  function show(committed, guess) {
    field.disabled = committed;
    commit.hidden = skip.hidden = committed;
    again.hidden = !committed;
    hint.textContent = "";
    write(guess);
    result.textContent = committed ? verdict({ ...q, guess }) : "";
    reveal.replaceChildren();
    if (!committed) return;
    for (const paragraph of q.explain.split(/\n\s*\n/))
      if (paragraph.trim()) reveal.append(el("p", {}, ...inline(paragraph)));
    const image = model.get("figure");
    if (image?.byteLength)
      reveal.append(
        el("img", {
          src: URL.createObjectURL(new Blob([image], { type: "image/png" })),
          alt: q.alt,
        }),
      );
  }

  function keep(committed, guess) {
    model.set("guess", guess);
    model.set("committed", committed);
    model.save_changes();
  }

  function finish(guess) {
    keep(true, guess);
    store(q.name, guess);
    again.focus();
  }

  function restart() {
    keep(false, null);
    store(q.name, null);
    field.querySelector("input").focus();
  }

  const update = () => show(model.get("committed"), model.get("guess"));
  model.on("change:committed", update);
  const before = stored(q.name);
  if (!model.get("committed") && before !== null) keep(true, before);
  else update();
}

export default { render };
