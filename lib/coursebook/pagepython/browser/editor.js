// The editor of a code cell: CodeMirror 6 with Python, and no more of it than that.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/**
 * An editor in `parent`. `onChange(source)` after each change by hand, `onRun()` at Shift+Enter,
 * `onLeave()` at Escape: Tab indents, so there must be another key to go on by.
 */
export function editor(parent, { source, label, describedBy, onChange, onRun, onLeave }) {
  // A key that is taken is passed on to nothing else.
  const taking = (does) => () => {
    does();
    return true;
  };
  const run = { run: taking(onRun) };
  const view = new EditorView({
    parent,
    doc: source,
    extensions: [
      keymap.of([
        { key: "Shift-Enter", ...run },
        { key: "Mod-Enter", ...run },
        { key: "Escape", run: taking(onLeave) },
        indentWithTab,
        ...defaultKeymap,
        ...historyKeymap,
      ]),
      history(),
      drawSelection(),
      bracketMatching(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      syntaxHighlighting(classHighlighter),
      python(),
      matchMedia("(max-width: 600px)").matches ? EditorView.lineWrapping : [],
      EditorView.contentAttributes.of({
        "aria-label": label,
        "aria-describedby": describedBy,
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
        tabindex: "0",
      }),
      EditorView.updateListener.of((update) => {
        const byHand = update.transactions.some((one) => one.annotation(Transaction.userEvent));
        if (update.docChanged && byHand) onChange(update.state.doc.toString());
      }),
    ],
  });
  return {
    get: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
  };
}
