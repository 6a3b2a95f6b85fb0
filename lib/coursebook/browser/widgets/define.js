// The anywidget package is an AMD module; this stands in for an AMD loader.
// Without `define.amd`, every other library in the bundle takes its CommonJS branch.
export let anywidget;
export function define(_dependencies, factory) {
  anywidget = factory;
}

// anywidget gives a model two seconds to start, then gives it up; a slow phone needs longer.
export const patience = () => AbortSignal["timeout"](60_000);
