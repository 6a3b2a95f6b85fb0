// Brings the widgets saved in a page to life: no kernel, no loader, no other host.
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import "anywidget";
import "@jupyter-widgets/controls/css/widgets.css";
import { anywidget } from "./define.js";

const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  anywidget: anywidget(base),
};
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

async function show({ tag, id }, manager, saved, group) {
  const state = Object.fromEntries([...group[id]].map((member) => [member, saved.state[member]]));
  await manager.set_state({ ...saved, state });
  const place = document.createElement("div");
  place.className = "widget-subarea";
  tag.before(place);
  const view = await manager.create_view(await manager.get_model(id));
  Widget.attach(view.luminoWidget, place);
  await new Promise((next) => setTimeout(next)); // what is there is used while the rest is made
}

async function start() {
  for (const script of document.querySelectorAll(`script[type="${MIME}-state+json"]`)) {
    const saved = JSON.parse(script.textContent);
    const group = groups(saved.state);
    const slides = (id) => [...group[id]].some((m) => /Slider/.test(saved.state[m].model_name));
    const views = [...document.querySelectorAll(`script[type="${MIME}-view+json"]`)]
      .map((tag) => ({ tag, id: JSON.parse(tag.textContent).model_id }))
      .filter(({ id }) => id in group);
    // A hand looks for a slider: the first of the page is made before anything else.
    const first = Math.max(0, views.findIndex(({ id }) => slides(id)));
    const manager = new PageManager();
    for (const view of [...views.splice(first, 1), ...views]) {
      await show(view, manager, saved, group);
    }
  }
  document.documentElement.dataset.widgets = "ready";
}

start();
