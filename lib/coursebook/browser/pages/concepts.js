// Makes a line of a table of what is marked in the sixteen questions. Nothing is sent anywhere: the
// line is copied or saved. What is marked outlasts a reload, in this tab and no longer.
const form = document.querySelector("form.concepts");
const code = form.elements.code;
const told = form.querySelector("[role=status]");
const lines = form.querySelector(".concept-line");
const text = lines.querySelector("textarea");
const numbers = [...form.querySelectorAll(".concept")].map((_, place) => place + 1);
const KEPT = "logitlab concepts";

const mark = (name) => form.elements[name].value;
const marks = () => numbers.map((n) => [mark(`a${n}`), mark(`r${n}`)]);

function keep() {
  lines.hidden = true; // it says what was marked before
  told.textContent = "";
  const kept = JSON.stringify({ code: code.value, marks: marks() });
  try {
    sessionStorage.setItem(KEPT, kept);
  } catch {} // a browser that keeps nothing
}

function bringBack() {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
  } catch {}
  if (!kept) return;
  code.value = kept.code;
  kept.marks.forEach(([answer, reason], place) => {
    form.elements[`a${place + 1}`].value = answer;
    form.elements[`r${place + 1}`].value = reason;
  });
}

function make(event) {
  event.preventDefault();
  const who = code.value.trim().toLowerCase();
  if (!/^\p{L}[\p{L}\d]*$/u.test(who)) {
    told.textContent = "Your code must begin with a letter and have only letters and digits.";
    code.focus();
    return;
  }
  const open = numbers.filter((n) => !mark(`a${n}`) || !mark(`r${n}`));
  if (open.length) {
    told.textContent = `Not marked yet: ${open.join(", ")}. “I do not know” is an answer, too.`;
    form.elements[`${mark(`a${open[0]}`) ? "r" : "a"}${open[0]}`][0].focus();
    return;
  }
  const pairs = marks().map((pair) => pair.join(""));
  text.value = `code,${numbers.join(",")}\n${[who, ...pairs].join(",")}\n`;
  told.textContent = "Done. Give this to your teacher; it has been sent to nobody.";
  lines.hidden = false;
}

async function copy() {
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    told.textContent = "Copied.";
  } catch {
    told.textContent = "Selected: copy it with Ctrl+C.";
  }
}

function save() {
  const link = document.createElement("a");
  link.href = `data:text/csv;charset=utf-8,${encodeURIComponent(text.value)}`;
  link.download = `${code.value.trim().toLowerCase()}.csv`;
  link.click();
}

bringBack();
form.querySelector(".concept-end").hidden = false;
form.addEventListener("input", keep);
form.addEventListener("submit", make);
form.elements.copy.addEventListener("click", copy);
form.elements.save.addEventListener("click", save);
