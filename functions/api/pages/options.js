// The form of input and options: what a submission has besides language and code.

const $ = (id) => document.getElementById(id);
const MAX_FILES = 10;
const MAX_BYTES = 3_000_000; // Lambda takes 6 MB, in which files are base64 twice: 3.5 MB of them, with nothing beside
const DEFAULTS = { stdin: "", args: "", network_mode: "zerotrust", ttl: 60 };

let files = [];
let artifactsChosen = false; // by the visitor, no longer by the language

/** Split a line into arguments as a shell would, by spaces, quotes and backslashes. */
export function splitArguments(line) {
  const found = line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs);
  return Array.from(found, ([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) =>
      double !== undefined ? double.replace(/\\(["\\])/g, "$1") : (single ?? escaped)));
}

function variables() {
  const lines = $("env").value.split("\n").filter((line) => line.trim());
  const wrong = lines.find((line) => !/^\s*[A-Za-z_]\w*=/.test(line));
  if (wrong !== undefined) throw new Error(`Environment variables are lines of NAME=value; “${wrong.trim()}” isn't.`);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1)]));
}

/** What a link and a draft hold of the form. */
export function shared() {
  return { stdin: $("stdin").value, args: $("args").value, network_mode: $("network").value, ttl: Number($("ttl").value) };
}

/** Fill the form from a link or draft; what isn't of its type is left at its default. */
export function fill(program) {
  const of = (name) => (typeof program[name] === typeof DEFAULTS[name] ? program[name] : DEFAULTS[name]);
  $("stdin").value = of("stdin");
  $("args").value = of("args");
  $("network").value = of("network_mode") === "semitrusted" ? "semitrusted" : "zerotrust";
  $("ttl").value = of("ttl");
  tell();
}

/** The submission's fields. Throws an Error whose message tells what to change. */
export function fields() {
  const ttl = Number($("ttl").value);
  if (!$("ttl").checkValidity()) throw new Error("The time limit is 1 to 900 whole seconds.");
  const body = {
    network_mode: $("network").value, ttl,
    return_artifact: $("artifacts").checked,
    return_wasm_artifact: $("wasm").checked && !$("wasm-choice").hidden,
  };
  const args = splitArguments($("args").value);
  const env = variables();
  if ($("stdin").value) body.stdin = $("stdin").value;
  if (args.length) body.args = args;
  if (Object.keys(env).length) body.env = env;
  if (files.length) body.input_files = files.map(({ filename, content }) => ({ filename, content }));
  return body;
}

/** Offer what a language can give back. A compiled program is big, so it is fetched only where that is chosen. */
export function offer(facts) {
  $("wasm-choice").hidden = !facts.wasm;
  $("binary").textContent = facts.compiled ? ", and the compiled program" : "";
  if (!artifactsChosen) $("artifacts").checked = !facts.compiled;
}

function tell() {
  const chosen = [
    $("stdin").value && "input", $("args").value.trim() && "arguments", $("env").value.trim() && "variables",
    files.length && `${files.length} ${files.length === 1 ? "file" : "files"}`,
    $("network").value === "semitrusted" && "internet", $("ttl").value !== "60" && `${$("ttl").value} s`,
  ].filter(Boolean);
  $("chosen").textContent = chosen.length ? `: ${chosen.join(", ")}` : "";
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function add(picked, complain) {
  for (const file of picked) {
    const others = files.filter((each) => each.filename !== file.name);
    const size = others.reduce((sum, each) => sum + each.size, file.size);
    if (others.length >= MAX_FILES || size > MAX_BYTES) {
      complain(`${file.name} is left out: at most ${MAX_FILES} files, and 3 MB together.`);
      continue;
    }
    files = [...others, { filename: file.name, size: file.size, content: await base64(file) }];
  }
  list();
}

function list() {
  $("chosen-files").replaceChildren(...files.map((file) => {
    const item = document.createElement("li");
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove ${file.filename}`);
    remove.addEventListener("click", () => {
      files = files.filter((each) => each !== file);
      list();
    });
    item.append(`${file.filename} (${file.size} bytes)`, remove);
    return item;
  }));
  tell();
}

/** Start the form; `changed` is called after each change, `complain` with what couldn't be taken. */
export function start(changed, complain) {
  $("form").addEventListener("submit", (event) => event.preventDefault());
  $("form").addEventListener("input", (event) => {
    if (event.target === $("artifacts")) artifactsChosen = true;
    tell();
    changed();
  });
  $("files").addEventListener("change", async () => {
    await add([...$("files").files], complain);
    $("files").value = "";
  });
}
