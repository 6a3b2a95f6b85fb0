const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥" };

/** A token as logitlab.tokens writes it, but for what no text of this course holds. */
export const visible = (token) => token.replace(/[ \n\t]/g, (c) => SIGNS[c]);
