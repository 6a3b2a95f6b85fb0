// The page's side of the worker: starts Python, runs cells one after the other, stops them.
// An image of the prepared Python is kept, so that a new start after a stop takes a moment.

// An import that asks for Matplotlib.
const DRAWS = /^[ \t]*(?:import|from)\b[^#\n]*\b(?:matplotlib|plots)\b/m;

export class Runner {
  /**
   * @param {object} options
   * @param {string} options.worker    address of the worker's script
   * @param {object} options.assets    what it fetches: {name: {url, bytes}}
   * @param {string} options.prepare   Python that is run once, before the image is taken
   * @param {(message) => void} options.onStatus   "progress", "ready", "stopped"
   */
  constructor(options) {
    this.options = options;
    this.image = null;
    this.worker = null;
    this.ready = null;
    this.plots = false; // whether the image has Matplotlib
    this.waiting = new Map(); // id of a request -> what to do with its messages
    this.requests = 0;
    this.cells = 0;
  }

  /** Start Python unless it is started; resolves when cells can run. */
  start() {
    if (!this.ready) {
      const { assets, prepare } = this.options;
      this.worker = new Worker(this.options.worker);
      this.worker.onmessage = ({ data }) => this.#receive(data);
      const failed = new Promise((_, reject) => {
        this.worker.onerror = (event) =>
          reject(new Error(event.message || "the worker did not start"));
      });
      const request = this.#prepare({ do: "start", assets, prepare, saved: this.image });
      this.ready = Promise.race([request, failed]);
      this.ready.catch(() => this.#end());
    }
    return this.ready;
  }

  /** Run a cell; `show` gets its outputs. Resolves with {ok, number}; ok is null when it was stopped. */
  async run(source, show) {
    await this.start();
    if (DRAWS.test(source) && this.options.assets.plots && !this.plots) {
      await this.#prepare({ do: "plots", assets: this.options.assets }, true);
      this.plots = true;
    }
    return new Promise((resolve) => {
      this.cells += 1;
      const number = this.cells;
      this.#send({ do: "run", source, number }, (m) => {
        if (m.type === "done") resolve({ ok: m.ok, number });
        else if (m.type === "stopped") resolve({ ok: null, number });
        else if (m.type === "broken") {
          show({ type: "error", text: `${m.text}\nPython starts anew with your next Run.` });
          resolve({ ok: false, number });
          this.stop();
        } else show(m);
      });
    });
  }

  /** End what runs, and all that Python holds; it starts anew from the image. */
  stop() {
    const stopped = [...this.waiting.values()];
    this.#end();
    for (const receive of stopped) receive({ type: "stopped" });
    this.options.onStatus({ type: "stopped" });
  }

  /** Resolves when the worker is ready; images that it sends are kept. */
  #prepare(request, plots = false) {
    return new Promise((resolve, reject) => {
      this.#send(request, (m) => {
        // The memory to start from stays the one before any cell ran.
        if (m.type === "image")
          this.image = { ...m.image, memory: m.image.memory ?? this.image?.memory };
        else if (m.type === "broken") reject(new Error(m.text));
        else if (m.type === "stopped") reject(new Error("stopped"));
        else this.options.onStatus({ ...m, plots });
        if (m.type === "ready") resolve();
      });
    });
  }

  #send(request, receive) {
    const id = ++this.requests;
    this.waiting.set(id, receive);
    this.worker.postMessage({ ...request, id });
  }

  #receive(message) {
    this.waiting.get(message.id)?.(message);
    if (["done", "ready", "broken"].includes(message.type)) this.waiting.delete(message.id);
  }

  #end() {
    this.worker?.terminate();
    this.worker = this.ready = null;
    this.waiting.clear();
  }
}
