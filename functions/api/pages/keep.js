// What the browser keeps for this site. A browser that keeps nothing (a private window may) is no error.

function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/** The secret key, from this tab or from this device; null without one. */
export function readKey() {
  return quietly(() => sessionStorage.getItem("key")) ?? quietly(() => localStorage.getItem("key"));
}

export const isRemembered = () => quietly(() => localStorage.getItem("key")) !== null;

/** Keep the key until the tab is closed, or on this device. */
export function keepKey(key, remember) {
  forgetKey();
  quietly(() => (remember ? localStorage : sessionStorage).setItem("key", key));
}

export function forgetKey() {
  quietly(() => sessionStorage.removeItem("key"));
  quietly(() => localStorage.removeItem("key"));
}

/** The program last worked on in this tab, else on this device. */
export function readDraft() {
  return quietly(() => JSON.parse(sessionStorage.getItem("draft") ?? localStorage.getItem("draft")));
}

/** Keep the program; a foreign one, by a link, for this tab alone, so that it doesn't take one's own one's place. */
export function keepDraft(draft) {
  const text = JSON.stringify(draft);
  quietly(() => sessionStorage.setItem("draft", text));
  if (!draft.foreign) quietly(() => localStorage.setItem("draft", text));
}
