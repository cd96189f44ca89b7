// The result: state, text, files and measurements, as they arrive.

const $ = (id) => document.getElementById(id);
const PARTIAL_BYTES = 65536; // of each stream that the service keeps while a program runs
const PICTURES = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", svg: "image/svg+xml" };

let started = 0;
let ticking = null;
let made = [];

function badge(text, kind = "") {
  $("badge").textContent = text;
  $("badge").className = `badge ${kind}`;
  $("badge").hidden = !text;
}

export function notice(text, kind = "bad") {
  $("notice").textContent = text;
  $("notice").className = `notice ${kind}`;
  $("notice").hidden = !text;
}

function say(text) {
  if ($("status").textContent !== text) $("status").textContent = text; // said once by screen readers
}

function show(name, text) {
  const pre = $(name);
  const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 4;
  if (pre.textContent !== text) pre.textContent = text;
  $(`${name}-part`).hidden = !text;
  return atEnd ? () => (pre.scrollTop = pre.scrollHeight) : () => {};
}

/** A run begins: nothing of the last one stays. */
export function begin() {
  for (const url of made) URL.revokeObjectURL(url);
  made = [];
  for (const id of ["hint", "timing", "files-made"]) $(id).hidden = true;
  notice("");
  badge("");
  show("stdout", "");
  show("stderr", "");
  say("Sending…");
  started = performance.now();
  clearInterval(ticking);
  ticking = setInterval(tick, 100);
  tick();
}

function tick() {
  $("clock").textContent = `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

function still() {
  clearInterval(ticking);
  $("clock").textContent = "";
}

/** Show a job that hasn't ended. */
export function progress(job, cancelling) {
  badge(cancelling ? "Cancelling" : job.status === "running" ? "Running" : "Waiting");
  say(!cancelling && job.status === "pending" ? "A worker is being found for it." : "");
  const { stdout, stderr } = job.partial ?? { stdout: "", stderr: "" };
  const long = !job.whole && [stdout, stderr].some((text) => text.length >= PARTIAL_BYTES);
  notice(long ? "While it runs, the end of its output is shown." : "", "warn");
  if (!job.partial) return;
  show("stdout", stdout)();
  show("stderr", stderr)();
}

/** Say why the service has to be asked again later. */
export function waiting(error) {
  notice(`${error.message} This page tries again by itself.`, "warn");
}

/** Show a job that has ended. */
export function end({ status, result }) {
  still();
  notice("");
  show("stdout", result.stdout);
  show("stderr", result.stderr);
  const ends = {
    timeout: ["Timed out", "warn"], cancelled: ["Cancelled", "warn"],
    completed: [ours(result) ? "Failed" : `Exit code ${result.exit_code}`, result.success ? "good" : "bad"],
  };
  badge(...ends[status]);
  say(summary(status, result));
  if (ours(result)) notice(result.error);
  const cut = ["stdout", "stderr"].filter((name) => result[`${name}_truncated`]);
  const warnings = cut.length ? [`Only the first 2 MiB of ${cut.join(" and ")} were kept.`] : [];
  const lost = Object.entries(result.artifacts_left_out).map(([reason, count]) => `${count} (${reason})`);
  if (lost.length) warnings.push(`Of ${result.artifacts_total} files left out: ${lost.join(", ")}.`);
  if (warnings.length) notice(warnings.join(" "), "warn");
  files(result.artifacts);
  measure(result);
}

/** Whether the service failed, not the program. */
const ours = (result) => result.error?.startsWith("platform:");

function summary(status, result) {
  if (status === "timeout") return "It reached its time limit; this is its output until then.";
  if (status === "cancelled") return "This is its output until then.";
  if (ours(result)) return "The service could not run it.";
  if (result.error) return `${result.error[0].toUpperCase()}${result.error.slice(1)}.`;
  if (!result.stdout && !result.stderr && !result.artifacts.length) return "It printed nothing.";
  return result.success ? "Done." : "It ended with a failure.";
}

/** Show that there is no result, and why. */
export function fail(message) {
  still();
  badge("");
  say("Not run.");
  notice(message);
}

function files(artifacts) {
  $("files-made").hidden = !artifacts.length;
  $("made").replaceChildren(...artifacts.map(entry));
}

function entry(artifact) {
  const item = document.createElement("li");
  const kind = PICTURES[artifact.filename.split(".").pop().toLowerCase()];
  const href = artifact.url || blob(artifact.content_base64); // of no type that a browser would open as a page
  if (kind && !artifact.url) {
    const src = blob(artifact.content_base64, kind);
    const picture = Object.assign(document.createElement("img"), { src, alt: `Picture ${artifact.filename}` });
    item.append(picture);
  }
  const row = Object.assign(document.createElement("div"), { className: "file" });
  const name = Object.assign(document.createElement("span"), { textContent: artifact.filename });
  const size = Object.assign(document.createElement("span"), { className: "faint", textContent: bytes(artifact.size) });
  const space = Object.assign(document.createElement("span"), { className: "space" });
  const link = Object.assign(document.createElement("a"), {
    className: "button", href, download: artifact.filename.split("/").pop(), textContent: "Download", rel: "noreferrer",
  });
  if (artifact.url) link.target = "_blank"; // another host's files are opened, not downloaded
  link.setAttribute("aria-label", `Download ${artifact.filename}`);
  row.append(name, size, space, link);
  item.append(row);
  return item;
}

function blob(content, kind = "application/octet-stream") {
  const data = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([data], { type: kind }));
  made.push(url);
  return url;
}

function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  return size < 1048576 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1048576).toFixed(1)} MiB`;
}

const time = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(2)} s`);

function measure(result) {
  const facts = [
    ["Run", time(result.execution_time_ms)],
    ...(result.compile_time_ms ? [["Compile", time(result.compile_time_ms)]] : []),
    ["Queue", time(result.queue_time_ms)], ["Total", time(result.total_time_ms)],
    ["Processor", time(result.cpu_time_ms)], ["Memory", bytes(result.max_memory_kb * 1024)],
  ];
  $("timing").replaceChildren(...facts.map(([name, value]) => {
    const group = document.createElement("div");
    group.append(
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: value }),
    );
    return group;
  }));
  $("timing").hidden = false;
}
