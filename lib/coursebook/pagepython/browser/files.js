// Files from the site: gzipped ones, tar archives, and the part of python.wasm that comes later.

/** The content of a file that lies gzipped on the server, whether or not the server says so. */
export async function fetchGzipped({ url, bytes }, progress = () => {}) {
  // The name changes with the content: what the browser has is never asked for again.
  const answer = await fetch(url, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  const parts = [];
  let loaded = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    loaded += value.length;
    progress(url, Math.min(loaded, bytes));
  }
  progress(url, bytes);
  const blob = new Blob(parts);
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const zipped = head[0] === 0x1f && head[1] === 0x8b; // else the browser has unzipped it already
  const stream = zipped
    ? blob.stream().pipeThrough(new DecompressionStream("gzip"))
    : blob.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The files of a plain tar archive: {path: bytes}. */
export function untar(archive) {
  const files = {};
  const field = (at, length) =>
    new TextDecoder().decode(archive.subarray(at, at + length)).replace(/\0.*/s, "");
  for (let at = 0; at + 512 <= archive.length && field(at, 100); ) {
    const size = parseInt(field(at + 124, 12), 8);
    files[field(at, 100)] = archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** A WebAssembly module with other bodies for some functions; prune.mjs writes them. */
export function patched(wasm, bodies) {
  let bytes, at;
  const from = (source, start) => {
    bytes = source;
    at = start;
  };
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
  const uleb = (value) => {
    const out = [];
    do {
      const low = value % 128;
      value = Math.floor(value / 128);
      out.push(value ? low | 128 : low);
    } while (value);
    return Uint8Array.from(out);
  };
  const body = () => {
    const start = at,
      size = u32();
    at += size;
    return bytes.subarray(start, at);
  };

  from(bodies, 0);
  const others = new Map();
  for (let n = u32(); n > 0; n--) {
    const index = u32();
    others.set(index, body());
  }
  from(wasm, 8);
  for (;;) {
    const section = at,
      id = bytes[at++],
      size = u32(),
      start = at;
    if (id !== 10) {
      at = start + size;
      continue;
    }
    const count = u32(),
      code = [uleb(count)];
    for (let index = 0; index < count; index++) {
      const own = body();
      code.push(others.get(index) ?? own);
    }
    const length = code.reduce((sum, part) => sum + part.length, 0);
    const parts = [wasm.subarray(0, section + 1), uleb(length), ...code, wasm.subarray(at)];
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let to = 0;
    for (const part of parts) {
      whole.set(part, to);
      to += part.length;
    }
    return whole;
  }
}
