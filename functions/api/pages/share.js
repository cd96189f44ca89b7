// A program as the fragment of a link: JSON, deflated, in base64url. Keys, variables and files are never in it.

const FORM = "p1.";
const MAX_BYTES = 8_000_000; // of a program with its input; a link can be made to hold far more

async function through(bytes, transform) {
  const parts = [];
  let size = 0;
  for (const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > MAX_BYTES) throw new Error("too long");
    parts.push(value);
  }
}

export async function toFragment(program) {
  const packed = await through(new TextEncoder().encode(JSON.stringify(program)), new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return FORM + text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The program of a fragment, null where there is none. Throws where it is damaged. */
export async function fromFragment(fragment) {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(FORM)) return null;
  const binary = atob(text.slice(FORM.length).replaceAll("-", "+").replaceAll("_", "/"));
  const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const bytes = await through(packed, new DecompressionStream("deflate-raw"));
  const program = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof program?.language !== "string" || typeof program.code !== "string") throw new Error("no program");
  return program;
}
