// Makes a small python.wasm: functions of libraries that the course does not use get an empty body.
//
//   node prune.mjs python.wasm small.wasm plots.bin about.json
//
// The linker lays functions out library by library, and the artifact carries their names. A function
// of a dropped library is emptied unless a kept one calls it, directly or through others. What is
// reached through the table alone (a method of a module that is never imported) traps if it ever
// runs. An emptied PyInit_... returns NULL instead, so that its import fails. The names themselves,
// 14 MB, go. Nothing is renumbered, so what only Matplotlib needs can be put back later: plots.bin
// has those bodies (see files.js, `patched`). The memory gets a limit, so that a list without an end
// raises MemoryError before it fills the learner's machine.
import { readFileSync, writeFileSync } from "node:fs";

// Libraries in the linker's order: what it is, its first function, the first one after it, and
// whether it goes ("drop") or waits for a cell that draws ("plots"). All else stays: CPython with
// the modules that cells may import, NumPy, and of OpenBLAS and LAPACK what NumPy calls.
const LIBRARIES = [
  ["_bz2, _lzma, _sqlite3", "PyInit__bz2", "PyInit_array", "drop"],
  ["pandas", "PyInit__cyutility", "PyImagingNew", "drop"],
  ["Pillow, kiwisolver, Matplotlib, contourpy", "PyImagingNew", "PyInit__regex", "plots"],
  [
    "regex, lxml, SciPy, scikit-learn, statsmodels",
    "PyInit__regex",
    "agg::curve3_inc::init(double, double, double, double, double, double)",
    "drop",
  ],
  [
    "Agg",
    "agg::curve3_inc::init(double, double, double, double, double, double)",
    "UBYTE_argmax",
    "plots",
  ],
  ["LAPACK", "sgbcon_", "findModeID", "drop"],
  [
    "FreeType, HarfBuzz, SheenBidi, Qhull",
    "findModeID",
    "fitpack::_deBoor_D(double const*, double, int, int, int, double*)",
    "plots",
  ],
  [
    "FITPACK, HiGHS, SuperLU, libsvm, libxml2, libxslt",
    "fitpack::_deBoor_D(double const*, double, int, int, int, double*)",
    "adler32_z",
    "drop",
  ],
  ["bzip2, xz, SQLite", "BZ2_blockSort", "_Py_LibHacl_Hacl_Hash_MD5_init", "drop"],
];
const CUSTOM = 0,
  IMPORT = 2,
  MEMORY = 5,
  EXPORT = 7,
  CODE = 10,
  FUNCTION = 0;
const MOST_PAGES = 8192; // of 64 KiB: 512 MiB

const [, , source, small, plots, about] = process.argv;
const bytes = readFileSync(source);
let at = 8;

const u32 = () => {
  let value = 0,
    factor = 1,
    byte;
  do {
    byte = bytes[at++];
    value += (byte & 127) * factor;
    factor *= 128;
  } while (byte & 128);
  return value;
};
const leb = () => {
  while (bytes[at++] & 128);
};
const string = () => {
  const length = u32();
  at += length;
  return bytes.toString("utf8", at - length, at);
};

// --- sections, functions, names

const sections = [];
while (at < bytes.length) {
  const id = bytes[at++],
    size = u32();
  sections.push({ id, start: at, end: at + size });
  at += size;
}
const enter = (id) => {
  at = sections.find((section) => section.id === id).start;
};

enter(IMPORT);
let imported = 0;
for (let n = u32(); n > 0; n--) {
  string();
  string();
  if (bytes[at++] !== FUNCTION) throw new Error("an import that is no function");
  u32();
  imported++;
}
enter(EXPORT);
const roots = [];
for (let n = u32(); n > 0; n--) {
  string();
  const kind = bytes[at++],
    index = u32();
  if (kind === FUNCTION && index >= imported) roots.push(index - imported);
}
const names = [];
for (const section of sections.filter((section) => section.id === CUSTOM)) {
  at = section.start;
  if (string() !== "name") continue;
  while (at < section.end) {
    const kind = bytes[at++],
      size = u32(),
      end = at + size;
    if (kind === 1)
      for (let n = u32(); n > 0; n--) {
        const index = u32();
        names[index - imported] = string();
      }
    at = end;
  }
}
enter(CODE);
const bodies = [];
for (let n = u32(); n > 0; n--) {
  const size = u32();
  bodies.push([at, at + size]);
  at += size;
}

// --- who calls whom

const memarg = () => {
  if (u32() & 64) u32();
  leb();
};
const plain = (op) =>
  op <= 0x01 ||
  [0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1].includes(op) ||
  (op >= 0x45 && op <= 0xc4);

function callees([start, end]) {
  const found = new Set();
  at = start;
  for (let n = u32(); n > 0; n--) {
    u32();
    leb();
  } // locals
  while (at < end) {
    const op = bytes[at++];
    if (op === 0x10 || op === 0x12 || op === 0xd2) found.add(u32() - imported);
    else if (plain(op)) continue;
    else if ((op >= 0x02 && op <= 0x04) || op === 0x06 || op === 0x41 || op === 0x42 || op === 0xd0)
      leb();
    else if (
      (op >= 0x07 && op <= 0x09) ||
      op === 0x18 ||
      op === 0x0c ||
      op === 0x0d ||
      (op >= 0x20 && op <= 0x26)
    )
      u32();
    else if (op === 0x3f || op === 0x40) u32();
    else if (op === 0x0e) for (let n = u32(); n >= 0; n--) u32();
    else if (op === 0x11 || op === 0x13) {
      u32();
      u32();
    } else if (op === 0x1c) for (let n = u32(); n > 0; n--) leb();
    else if (op === 0x1f) {
      leb();
      for (let n = u32(); n > 0; n--) {
        if (bytes[at++] < 2) u32();
        u32();
      }
    } else if (op >= 0x28 && op <= 0x3e) memarg();
    else if (op === 0x43) at += 4;
    else if (op === 0x44) at += 8;
    else if (op === 0xfc) {
      const sub = u32();
      if ([8, 10, 12, 14].includes(sub)) {
        u32();
        u32();
      } else if ([9, 11, 13, 15, 16, 17].includes(sub)) u32();
    } else if (op === 0xfd) {
      const sub = u32();
      if (sub <= 11 || sub === 92 || sub === 93) memarg();
      else if (sub === 12 || sub === 13) at += 16;
      else if (sub >= 21 && sub <= 34) at++;
      else if (sub >= 84 && sub <= 91) {
        memarg();
        at++;
      }
    } else throw new Error(`an instruction that this script does not know: 0x${op.toString(16)}`);
  }
  if (at !== end) throw new Error("a function that was not read to its end");
  return found;
}
const calls = bodies.map(callees);

// --- what stays

const fate = new Array(bodies.length).fill("keep");
const places = LIBRARIES.map(([what, first, after, end]) => {
  const [from, to] = [first, after].map((name) => {
    const index = names.indexOf(name);
    if (index < 0 || names.indexOf(name, index + 1) >= 0)
      throw new Error(`not one function is called ${name}`);
    return index;
  });
  if (from >= to) throw new Error(`${first} does not come before ${after}`);
  fate.fill(end, from, to);
  return { what, from, to, end };
});
const isInit = (index) => names[index]?.startsWith("PyInit_");

/** The functions of these fates and all that they call; an emptied module stays without its start. */
function closure(fates) {
  const kept = new Uint8Array(bodies.length);
  const waiting = [...bodies.keys()].filter((index) => fates.includes(fate[index]));
  for (const root of roots) if (!fates.includes(fate[root])) waiting.push(root);
  for (const index of waiting) kept[index] = 1;
  while (waiting.length) {
    for (const callee of calls[waiting.pop()]) {
      if (callee < 0 || kept[callee] || (!fates.includes(fate[callee]) && isInit(callee))) continue;
      kept[callee] = 1;
      waiting.push(callee);
    }
  }
  return kept;
}
const kept = closure(["keep"]);
const withPlots = closure(["keep", "plots"]);

// --- write

const uleb = (value) => {
  const out = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    out.push(value ? low | 128 : low);
  } while (value);
  return Buffer.from(out);
};
const UNREACHABLE = Buffer.from([3, 0, 0x00, 0x0b]),
  NULL = Buffer.from([4, 0, 0x41, 0, 0x0b]);
const body = ([start, end]) => [uleb(end - start), bytes.subarray(start, end)];
const code = Buffer.concat([
  uleb(bodies.length),
  ...bodies.flatMap((range, index) =>
    kept[index] ? body(range) : [isInit(index) ? NULL : UNREACHABLE],
  ),
]);
enter(MEMORY);
u32();
at++; // one memory; whether it has a limit
const memory = Buffer.concat([Buffer.from([1, 1]), uleb(u32()), uleb(MOST_PAGES)]);
const parts = sections
  .filter((section) => section.id !== CUSTOM)
  .flatMap(({ id, start, end }) => {
    const content = { [CODE]: code, [MEMORY]: memory }[id] ?? bytes.subarray(start, end);
    return [Buffer.from([id]), uleb(content.length), content];
  });
writeFileSync(small, Buffer.concat([bytes.subarray(0, 8), ...parts]));

const added = [...bodies.keys()].filter((index) => withPlots[index] && !kept[index]);
writeFileSync(
  plots,
  Buffer.concat([
    uleb(added.length),
    ...added.flatMap((index) => [uleb(index), ...body(bodies[index])]),
  ]),
);

const range = (from, to) => [...Array(to - from).keys()].map((offset) => from + offset);
const sum = (indices) => ({
  functions: indices.length,
  bytes: indices.reduce((all, i) => all + bodies[i][1] - bodies[i][0], 0),
});
const report = places.map(({ what, from, to, end }) => ({
  what,
  end,
  all: sum(range(from, to)),
  kept: sum(range(from, to).filter((i) => kept[i])), // called by what stays
  plots: sum(range(from, to).filter((i) => withPlots[i] && !kept[i])),
}));
const rest = [...bodies.keys()].filter((index) => fate[index] === "keep");
report.unshift({
  what: "CPython, NumPy, OpenBLAS, C and C++ libraries",
  end: "keep",
  all: sum(rest),
  kept: sum(rest),
  plots: sum([]),
});
writeFileSync(about, `${JSON.stringify(report, null, 1)}\n`);
