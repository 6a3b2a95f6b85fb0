// Brings the widgets saved in a page to life: no kernel, no loader, no other host.
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import "anywidget";
import "@jupyter-widgets/controls/css/widgets.css";
import * as explorers from "explorers";
import { anywidget } from "./define.js";

const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  anywidget: anywidget(base),
};
globalThis.explorers = explorers; // what the saved state of each refers to
const MIME = "application/vnd.jupyter.widget";

class PageManager extends ManagerBase {
  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className];
    if (!found) throw new Error(`The book has no widget ${moduleName}.${className}`);
    return found;
  }
  async _get_comm_info() {
    return {};
  }
  async _create_comm() {
    return { on_close() {}, on_msg() {}, close() {}, send() {} };
  }
}

const REFERENCE = /^IPY_MODEL_(.*)$/;

// Ids that a model's state refers to, at any depth.
function references(value, found = []) {
  if (typeof value === "string") {
    const match = REFERENCE.exec(value);
    if (match) found.push(match[1]);
  } else if (value && typeof value === "object") {
    for (const part of Object.values(value)) references(part, found);
  }
  return found;
}

// For each model, the models that hang together with it: what it is made of, and what is linked.
function groups(models) {
  const group = {};
  for (const id in models) group[id] = new Set([id]);
  for (const id in models) {
    for (const other of references(models[id].state)) {
      if (!group[other] || group[other] === group[id]) continue;
      for (const member of group[other]) {
        group[id].add(member);
        group[member] = group[id];
      }
    }
  }
  return group;
}

const pages = []; // what was saved, in one place of the page or several: { saved, group, manager }
const views = new Set(); // tags still to be shown
const loading = () => document.readyState === "loading";
const pageOf = (id) => pages.find(({ group }) => id in group);
const idOf = (tag) => JSON.parse(tag.textContent).model_id;

// A tag is whole once something follows it.
function whole(node) {
  return !loading() || (node && (node.nextSibling !== null || whole(node.parentNode)));
}

// Tags of one kind that the parser has brought, and that were not taken before.
const fresh = (kind) =>
  [...document.querySelectorAll(`script[type="${MIME}-${kind}+json"]:not([data-read])`)].filter(
    whole,
  );

// Takes what is there so far. A view waits for its state, which a deck has at its end.
function read() {
  for (const tag of fresh("state")) {
    tag.dataset.read = "";
    const saved = JSON.parse(tag.textContent);
    pages.push({ saved, group: groups(saved.state), manager: new PageManager() });
  }
  for (const tag of fresh("view")) {
    const id = idOf(tag);
    if (!pageOf(id)) continue;
    tag.dataset.read = "";
    views.add(tag);
  }
}

// What `find` finds as soon as the parser has brought it; nothing if the page ends without.
function brought(find) {
  return new Promise((done) => {
    const look = () => {
      read();
      const found = find();
      if (!found && loading()) return;
      parser.disconnect();
      document.removeEventListener("readystatechange", look);
      done(found);
    };
    const parser = new MutationObserver(look);
    parser.observe(document, { childList: true, subtree: true });
    document.addEventListener("readystatechange", look);
    look();
  });
}

// A moment in which nobody waits for an answer.
const idle = () =>
  new Promise((next) => {
    if (window.requestIdleCallback) requestIdleCallback(next, { timeout: 50 });
    else setTimeout(next, 20);
  });

// Whether a slider hangs together with a model.
function slides(id) {
  const { saved, group } = pageOf(id) ?? {};
  return group && [...group[id]].some((member) => /Slider/.test(saved.state[member].model_name));
}

// A cell that asks covers what follows (course.css) until each of its questions has been answered.
// A question may come later than its place.
function cover(cell) {
  const look = () => {
    const fields = [...cell.querySelectorAll(".ll-field")];
    const open = !fields.length || fields.some((field) => !field.disabled);
    cell.classList.toggle("asks", open || [...views].some((tag) => cell.contains(tag)));
  };
  const changes = { subtree: true, childList: true, attributeFilter: ["disabled"] };
  new MutationObserver(look).observe(cell, changes);
  look();
}

// How far a tag's place is from the middle of the window.
function distance(tag) {
  const { top, bottom } = tag.parentElement.getBoundingClientRect();
  return Math.abs((top + bottom - innerHeight) / 2);
}

// A model, made with all that hangs together with it.
const models = {};
const load = (id) => (models[id] ??= make(id));

async function make(id) {
  const { saved, group, manager } = pageOf(id);
  const state = {};
  for (const member of group[id]) state[member] = saved.state[member];
  await manager.set_state({ ...saved, state });
  return manager.get_model(id);
}

async function show(tag) {
  views.delete(tag);
  const id = idOf(tag);
  const model = await load(id);
  const place = document.createElement("div");
  place.className = "widget-subarea";
  tag.before(place);
  const view = await pageOf(id).manager.create_view(model);
  Widget.attach(view.luminoWidget, place);
  const cell = tag.closest(".cell.asks");
  if (cell) cover(cell);
}

async function start() {
  // A hand looks for a slider: the first is made while the page is still being read.
  // The book's pages say beforehand in which order widgets come.
  const order = document.querySelector("meta[name=widgets]")?.content.split(" ");
  const first = await brought(() => (order ?? [...views].map(idOf)).find(slides));
  if (first) {
    load(first);
    const tag = await brought(() => [...views].find((tag) => idOf(tag) === first));
    // One that waits for a guess comes with its question.
    const asks = tag.closest(".waits") && tag.closest(".cell").previousElementSibling;
    for (const question of asks ? [...views].filter((other) => asks.contains(other)) : [])
      await show(question);
    await show(tag);
  }
  await brought(() => false);
  // Places are asked for once, and again after scrolling: each time, the page has to be laid out.
  let nearest;
  const moved = () => {
    nearest = undefined;
  };
  addEventListener("scroll", moved, { passive: true });
  while (views.size) {
    await idle();
    nearest ??= [...views].map((tag) => [distance(tag), tag]).sort(([a], [b]) => a - b);
    await show(nearest.shift()[1]);
  }
  document.documentElement.dataset.widgets = "ready";
}

start();
