// A program as the fragment of a link: JSON, deflated, in base64url. Keys, variables and files are never in it.

const FORM = "p1.";
const MAX_TEXT = 2_000_000;

async function through(bytes, transform) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer());
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
  if (bytes.length > MAX_TEXT) throw new Error("too long");
  const program = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof program?.language !== "string" || typeof program.code !== "string") throw new Error("no program");
  return program;
}
