// The playground: a program, its language and options, and the run that is on.
import * as api from "./api.js";
import { createEditor } from "./editor.js";
import * as keep from "./keep.js";
import * as keyDialog from "./key.js";
import * as options from "./options.js";
import * as output from "./output.js";
import { fromFragment, toFragment } from "./share.js";

const $ = (id) => document.getElementById(id);
const FIRST = "python";
const DRAFT_AFTER_MS = 400;
const REFUSED_KEY = "The service doesn't take this key: it is unknown, has expired or is suspended.";

let catalog = null; // what GET /languages?details=true answers
let run = null;
let cancelling = false;
let drafting = null;
let opened = false; // whether what is in the editor is to be kept
let foreign = false; // whether the program came by a link

const editor = createEditor({ parent: $("editor"), label: "Program", changed: () => saveSoon() });
const facts = () => catalog.details[$("language").value];

function program() {
  return { language: $("language").value, code: editor.text, ...options.shared() };
}

function save() {
  clearTimeout(drafting);
  drafting = null;
  keep.keepDraft({ ...program(), foreign });
}

function saveSoon() {
  clearTimeout(drafting);
  if (opened) drafting = setTimeout(save, DRAFT_AFTER_MS);
}

function listLanguages() {
  const option = (id) => new Option(catalog.details[id].name, id);
  const known = [...catalog.languages].sort((a, b) => catalog.details[a].name.localeCompare(catalog.details[b].name));
  const here = known.filter((id) => catalog.details[id].available);
  const missing = known.filter((id) => !catalog.details[id].available).map(option);
  $("language").replaceChildren(...here.map(option));
  if (missing.length) {
    const group = Object.assign(document.createElement("optgroup"), { label: "Not available here", disabled: true });
    group.append(...missing);
    $("language").append(group);
  }
  $("language").disabled = false;
}

/** Choose a language; a program that is still the old one's example gives way to the new one's. */
function choose(id, code) {
  $("language").value = id;
  editor.setLanguage(facts().extensions[0]);
  $("version").textContent = facts().version;
  options.offer(facts());
  if (code !== undefined) editor.text = code;
}

function switchLanguage() {
  const text = editor.text.trim();
  const untouched = !text || Object.values(catalog.details).some(({ example }) => example.trim() === text);
  choose($("language").value, untouched ? facts().example : undefined);
  saveSoon();
}

function load(kept) {
  const id = catalog.aliases[kept.language] ?? kept.language;
  if (!Object.hasOwn(catalog.details, id)) {
    output.notice(`This service has no language “${kept.language}”.`);
    return;
  }
  choose(id, kept.code);
  options.fill(kept);
}

async function loadLink() {
  let shared = null;
  try {
    shared = await fromFragment(location.hash);
  } catch {
    output.notice("The link is damaged: it holds no whole program.");
  }
  if (!shared) return false;
  if (drafting) save();
  foreign = true;
  load(shared);
  history.replaceState(null, "", location.pathname); // from now on the draft is what counts
  return true;
}

function controls() {
  $("run").hidden = run !== null;
  $("cancel").hidden = run === null;
}

async function start() {
  if (run || !catalog) return;
  const key = keep.readKey();
  if (!key) {
    keyDialog.ask("A key is needed to run programs.", start);
    return;
  }
  output.begin();
  try {
    const submission = { language: $("language").value, code: editor.text, ...options.fields() };
    if (!submission.code) throw new Error("There is no program yet.");
    run = new api.Run(key, output.waiting);
    cancelling = false;
    controls();
    if (matchMedia("(max-width: 820px)").matches) document.querySelector(".read").scrollIntoView();
    output.end(await run.follow(submission, (job) => job.result || output.progress(job, cancelling)));
  } catch (error) {
    const message = error.status === 401 ? REFUSED_KEY : error.message;
    output.fail(message);
    if (error.status === 401) keyDialog.ask(message, start);
  } finally {
    run = null;
    controls();
  }
}

async function cancel() {
  if (!run || cancelling) return;
  cancelling = true;
  output.progress({ status: "running" }, cancelling);
  try {
    await run.cancel();
  } catch (error) {
    cancelling = false;
    output.notice(error.message);
  }
}

async function share() {
  $("link").value = `${location.origin}${location.pathname}#${await toFragment(program())}`;
  $("share-dialog").showModal();
  $("link").select();
}

async function copy(button) {
  const source = $(button.dataset.copies);
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or no TLS: leave it selected
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    button.textContent = "Press Ctrl+C";
    return;
  }
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

function keys(event) {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    start();
  } else if (event.key === "Escape" && run && !event.defaultPrevented) {
    cancel();
  }
}

function listen() {
  document.addEventListener("keydown", keys);
  $("language").addEventListener("change", switchLanguage);
  $("run").addEventListener("click", start);
  $("cancel").addEventListener("click", cancel);
  $("share").addEventListener("click", share);
  $("example").addEventListener("click", () => (editor.text = facts().example));
  for (const each of document.querySelectorAll(".copy")) each.addEventListener("click", () => copy(each));
  for (const each of document.querySelectorAll("dialog .close")) {
    each.addEventListener("click", () => each.closest("dialog").close());
  }
  addEventListener("hashchange", loadLink);
  addEventListener("pagehide", () => drafting && save());
}

async function open() {
  keyDialog.start();
  options.start(saveSoon, output.notice);
  listen();
  try {
    catalog = await api.languages();
  } catch (error) {
    output.fail(error.message);
    return;
  }
  listLanguages();
  const first = catalog.details[FIRST]?.available ? FIRST : $("language").options[0].value;
  choose(first, catalog.details[first].example);
  const draft = keep.readDraft();
  if (!(await loadLink()) && typeof draft?.code === "string") {
    foreign = Boolean(draft.foreign);
    load(draft);
  }
  opened = true;
  save();
  $("run").disabled = false;
  editor.focus();
}

open();
