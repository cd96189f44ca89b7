// The dialog in which the secret key is typed once.
import * as api from "./api.js";
import * as keep from "./keep.js";

const $ = (id) => document.getElementById(id);
const FORM = /^unsb-sk(-[a-z0-9]{5}){4}$/;
const REASONS = {
  invalid_key: "The service doesn't know this key.",
  expired: "This key has expired.",
  suspended: "This key is suspended.",
};

function tell(text, kind = "bad") {
  $("key-notice").textContent = text;
  $("key-notice").className = `notice ${kind}`;
  $("key-notice").hidden = !text;
}

let proceed = null; // what the dialog was opened for, done once there is a key

function label() {
  $("key").textContent = keep.readKey() ? "Key" : "Enter key";
  $("key").title = keep.readKey() ? "A key is in use" : "";
  $("forget").hidden = !keep.readKey();
}

/** Open the dialog; `reason` says why it was opened, `then` is done once a key is there. */
export function ask(reason = "", then = null) {
  proceed = then;
  $("secret").value = keep.readKey() ?? "";
  $("remember").checked = keep.isRemembered();
  tell(reason, "warn");
  label();
  $("key-dialog").showModal();
  $("secret").focus();
}

async function take(event) {
  event.preventDefault();
  const key = $("secret").value.trim();
  if (!FORM.test(key)) {
    tell(key.startsWith("unsb-pk-") ? "This is the public key; the secret one begins with unsb-sk-."
      : "A secret key has the form unsb-sk-xxxxx-xxxxx-xxxxx-xxxxx.");
    return;
  }
  try {
    const facts = await api.keyFacts(key);
    if (!facts.valid) {
      tell(REASONS[facts.reason] ?? "This key isn't valid.");
      return;
    }
  } catch (error) {
    tell(error.message);
    return;
  }
  keep.keepKey(key, $("remember").checked);
  label();
  const then = proceed;
  $("key-dialog").close();
  then?.();
}

function forget() {
  keep.forgetKey();
  $("secret").value = "";
  label();
  tell("The key is forgotten.", "good");
}

export function start() {
  label();
  $("key").addEventListener("click", () => ask());
  $("key-form").addEventListener("submit", take);
  $("forget").addEventListener("click", forget);
}
