// The anywidget package is an AMD module; this stands in for an AMD loader.
// Without `define.amd`, every other library in the bundle takes its CommonJS branch.
export let anywidget;
export function define(_dependencies, factory) {
  anywidget = factory;
}

// What the bundle has for AbortSignal.timeout: anywidget gives a model two seconds to start and
// then gives it up; a slow phone needs longer.
const { timeout } = AbortSignal;
export const patience = () => timeout.call(AbortSignal, 60_000);
