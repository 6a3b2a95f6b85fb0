// Puts “Try it” at the cells of a lesson that the page can run. What that needs, the editor and
// Python, is fetched when it is first pressed.
import { button, make } from "./dom.js";

const { cells } = JSON.parse(document.getElementById("lesson-data").textContent);
const folder = document.currentScript.src;
let brought;

function bring() {
  brought ??= new Promise((resolve, reject) => {
    const script = make("script", {
      onload: resolve,
      onerror: () => reject(new Error("could not be fetched")),
    });
    script.src = new URL(PYTHON.tried, folder).href;
    document.head.append(script);
  });
  return brought;
}

for (const { id } of cells.filter((cell) => cell.tried)) {
  const box = document.getElementById(`cell-${id}`);
  const press = button(
    "Try it",
    async () => {
      press.disabled = true;
      try {
        await bring();
        tools.remove();
        globalThis.tryCell(id, box); // tried.js brings it
      } catch {
        brought = undefined;
        press.disabled = false;
        press.textContent = "Try it (the editor could not be fetched; press again)";
      }
    },
    { class: "cell-try" },
  );
  const tools = make("div", { class: "cell-tools" }, press);
  box.querySelector(".cell_input").after(tools);
}
