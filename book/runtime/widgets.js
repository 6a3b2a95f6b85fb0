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

async function start() {
  for (const saved of document.querySelectorAll(`script[type="${MIME}-state+json"]`)) {
    const manager = new PageManager();
    await manager.set_state(JSON.parse(saved.textContent));
    for (const tag of document.querySelectorAll(`script[type="${MIME}-view+json"]`)) {
      const id = JSON.parse(tag.textContent).model_id;
      if (!manager.has_model(id)) continue;
      const place = document.createElement("div");
      place.className = "widget-subarea";
      tag.before(place);
      const view = await manager.create_view(await manager.get_model(id));
      Widget.attach(view.luminoWidget, place);
      await new Promise((next) => setTimeout(next)); // the first is used while the rest are made
    }
  }
  document.documentElement.dataset.widgets = "ready";
}

start();
