// Server-sent events, read from fetch's body: an EventSource couldn't send the key.

/** Yield the events of a body, all that have come together at once. One that doesn't end is none. */
export async function* read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      yield frames.map(event).filter((each) => each.data !== undefined);
    }
  } finally {
    reader.cancel().catch(() => {}); // the line may be broken
  }
}

function event(frame) {
  const fields = {};
  for (const line of frame.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return { id: fields.id, name: fields.event, data: fields.data && JSON.parse(fields.data) };
}
