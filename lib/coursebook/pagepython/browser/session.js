// The one Python of a page: which cells it has run, in which order the next ones are run, what is
// said meanwhile. Sheets and lessons share it.
import { explained, unable } from "./able.js";
import { button, make } from "./dom.js";
import { Runner } from "./runner.js";

const HERE = document.currentScript.src; // _static/python/...js
const address = (name) => new URL(name, HERE).href;
const mb = (bytes) => (bytes / 1e6).toFixed(1);
const STOPPED = "Stopped while your code ran. A loop without an end? Look at what ends it.";

export class Session {
  /**
   * @param {object} options
   * @param {string} options.prepare  Python to run before any cell
   * @param {() => {id, source}[]} options.order  all cells that can be run, in the page's order
   * @param {(cell, wanted: string[]) => boolean} options.needed  whether a cell must be run for those wanted
   * @param {(id) => View} options.view  a cell's view (cells.js)
   */
  constructor(options) {
    this.options = options;
    this.ran = new Map(); // id of a cell -> the source that this Python has run
    this.stopped = new Set(); // sources that had to be stopped: not run again by themselves
    this.queue = Promise.resolve();
    this.busy = 0;
    this.status = make("span", { role: "status", class: "run-status" });
    this.bar = make("progress", { "aria-label": "Python, fetched so far", hidden: "" });
    this.stop = button("Stop", () => this.end(), { disabled: "", class: "run-stop" });
    this.unable = unable();
    const { assets } = PYTHON; // the build puts it here
    const files = Object.entries(assets).map(([key, { name, bytes }]) => [
      key,
      { url: address(name), bytes },
    ]);
    this.runner = new Runner({
      worker: address(PYTHON.worker),
      assets: Object.fromEntries(files),
      prepare: options.prepare,
      onStatus: (message) => this.#tell(message),
    });
  }

  say(text) {
    this.status.textContent = text;
  }

  /** Run cells, and before them those above that they need; resolves with how each wanted one ended. */
  run(ids) {
    this.queue = this.queue.then(async () => {
      const ended = new Map();
      this.#busy(1);
      try {
        await this.runner.start();
        for (const cell of this.#withThoseAbove(ids)) {
          const ok = await this.#runOne(cell);
          ended.set(cell.id, ok);
          if (ok === null) break;
        }
      } catch (error) {
        if (error.message !== "stopped") this.say(explained(error));
        ended.set("", error);
      }
      this.#busy(-1);
      return ended;
    });
    return this.queue;
  }

  /** Stop what runs. Python is started again at once, so that the next Run need not wait. */
  end() {
    this.runner.stop();
    this.runner.start().catch(() => {});
  }

  #withThoseAbove(ids) {
    const order = this.options.order();
    const last = Math.max(...ids.map((id) => order.findIndex((cell) => cell.id === id)));
    return order
      .slice(0, last + 1)
      .filter((cell) => ids.includes(cell.id) || this.#isNeeded(cell, ids));
  }

  #isNeeded(cell, ids) {
    if (this.ran.get(cell.id) === cell.source || this.stopped.has(cell.source)) return false;
    return this.options.needed(cell, ids);
  }

  async #runOne({ id, source }) {
    const view = this.options.view(id);
    view.begin();
    this.stopped.delete(source);
    const { ok, number } = await this.runner.run(source, (message) => view.show(message));
    if (ok === null) {
      this.stopped.add(source);
      view.show({ type: "error", text: STOPPED });
    } else if (this.runner.ready) this.ran.set(id, source);
    view.end(ok, number);
    return ok;
  }

  #busy(step) {
    this.busy += step;
    this.stop.disabled = !this.busy;
  }

  #tell({ type, loaded, total, plots }) {
    if (type === "progress") {
      const what = plots ? "Matplotlib" : "Python with NumPy";
      const whole = loaded >= total;
      this.bar.hidden = whole;
      this.bar.max = total;
      this.bar.value = loaded;
      // One sentence: what is read aloud does not change with each piece that comes.
      this.say(
        whole ? "Starting Python …" : `Fetching ${what}, ${mb(total)} MB, kept by the browser.`,
      );
    } else if (type === "ready") {
      this.bar.hidden = true;
      this.say("Python is ready.");
    } else {
      this.ran.clear();
      this.say("Stopped. What stands above is run again when you need it.");
    }
  }
}
