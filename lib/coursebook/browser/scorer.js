// How the search weighs what it finds: Sphinx's own numbers, and the glossary before all else.
globalThis.Scorer = {
  score: ([page, , , , score]) => (page === "book/glossary" ? score + 100 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
