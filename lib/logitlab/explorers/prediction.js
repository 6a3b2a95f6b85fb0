import { FAR, mark, surprise, verdict } from "./guess.js";
import { el, inline, keep, numberIn, set, stored, uid } from "./page.js";

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
    { class: "ll-field" },
    el("legend", { id: `${id}q` }, ...inline(q.question)),
  );
  const hint = el("p", { id: `${id}e`, class: "ll-hint" });
  let input, write;
  // The name of a button says of which question it is one.
  const button = (text, onclick, more = {}) => {
    const own = uid();
    const named = { id: own, "aria-labelledby": `${own} ${id}q` };
    return el(
      "button",
      { type: "button", class: "ll-button", onclick, ...named, ...more },
      ...text,
    );
  };
  const skip = button(["Skip"], () => finish(null));
  if (q.choices.length) {
    const buttons = q.choices.map((value) =>
      button(inline(value), () => finish(value), { class: "ll-button ll-choice" }),
    );
    field.append(el("div", { class: "ll-tools" }, ...buttons, skip));
    write = (guess, committed) =>
      buttons.forEach((b, i) => {
        const said = q.choices[i] === guess;
        set(b, { "aria-pressed": said && "true" });
        b.classList.toggle("ll-right", committed && q.choices[i] === q.answer);
        b.classList.toggle("ll-wrong", committed && said && guess !== q.answer);
      });
  } else {
    // A field of type "number" drops the comma of 7,5 and hands on 75.
    input = el("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      class: "ll-number",
      id: `${id}n`,
      "aria-describedby": `${id}e`,
      onkeydown,
    });
    field.append(el("label", { for: `${id}n` }, "Your guess: "), input, q.unit && ` ${q.unit}`);
    write = (guess) => {
      input.value = guess ?? "";
    };
  }
  const commit = button(["Commit"], null, { type: "submit", class: "ll-button ll-main" });
  const again = button(["Guess again"], restart);
  const result = el("p", { role: "status", class: "ll-result", tabindex: -1 });
  const reveal = el("div", { class: "ll-reveal" });
  const form = el(
    "form",
    {
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const guess = numberIn(input.value);
        if (guess === null) hint.textContent = "Write a number first, or skip.";
        else finish(guess);
      },
    },
    field,
    hint,
    el("div", { class: "ll-tools" }, ...(input ? [commit, skip] : []), again),
  );
  root.classList.add("ll");
  root.append(form, result, reveal);

  function show(committed, guess) {
    field.disabled = committed;
    skip.hidden = committed;
    commit.hidden = committed;
    again.hidden = !committed;
    hint.textContent = "";
    write(guess, committed);
    result.textContent = committed ? verdict({ ...q, guess }) : "";
    result.className = `ll-result ${(committed && mark({ ...q, guess })) || ""}`;
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

  function save(committed, guess) {
    model.set("guess", guess);
    model.set("committed", committed);
    model.save_changes();
  }

  function finish(guess) {
    save(true, guess);
    keep(q.name, guess !== null && { guess });
    if (guess !== null && surprise({ ...q, guess }) >= FAR) {
      const review = `review:${q.name}`;
      if (stored(review, "missed") === null) keep(review, { missed: Date.now() });
    }
    again.focus();
  }

  function restart() {
    save(false, null);
    keep(q.name, null);
    field.querySelector("input, button").focus();
  }

  const update = () => show(model.get("committed"), model.get("guess"));
  model.on("change:committed", update);
  const before = stored(q.name);
  if (!model.get("committed") && before !== null) save(true, before);
  else update();
}

export default { render };
