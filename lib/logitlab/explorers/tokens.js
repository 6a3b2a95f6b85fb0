// A text as a list of its tokens: one is chosen, by key or by pointing at it.
import { el, ownKeys, set, uid } from "./page.js";

/** The node; and show(tokens, at), where a token is { text, css, said }. `chosen(i)` is told of each choice. */
export function tokenList(chosen) {
  const id = uid(),
    node = el("div", {
      role: "listbox",
      tabindex: 0,
      class: "ll-text",
      "aria-orientation": "horizontal",
    });
  let at = -1;
  ownKeys(node);

  function choose(i) {
    node.children[at]?.setAttribute("aria-selected", "false");
    at = Math.min(Math.max(i, 0), node.children.length - 1);
    node.children[at].setAttribute("aria-selected", "true");
    set(node, { "aria-activedescendant": node.children[at].id });
    chosen(at);
  }
  const keys = {
    ArrowRight: () => at + 1,
    ArrowDown: () => at + 1,
    ArrowLeft: () => at - 1,
    ArrowUp: () => at - 1,
    Home: () => 0,
    End: () => Infinity,
  };
  node.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    choose(keys[event.key]());
  });
  const under = (event) => {
    const i = [...node.children].indexOf(event.target);
    if (i >= 0) choose(i);
  };
  node.addEventListener("pointerover", under);
  node.addEventListener("click", under);

  function show(tokens, first) {
    node.replaceChildren(
      ...tokens.map(({ text, css, said }, i) =>
        el(
          "span",
          {
            id: `${id}-${i}`,
            role: "option",
            "aria-selected": "false",
            class: css,
            "aria-label": said,
          },
          text.replace(/\n/g, "↵\n"),
        ),
      ),
    );
    at = -1;
    choose(first);
  }
  return { node, show };
}
