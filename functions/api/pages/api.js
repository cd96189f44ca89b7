// The API as the pages call it.

import { read } from "./events.js";

const BASE = document.documentElement.dataset.base;
const TRIES = 4;
const PAUSES_MS = [100, 150, 200, 300, 400, 600, 800];
const SLOW_MS = 1000;

/** A refusal, with the service's own sentence; `status` 0 when it couldn't be reached. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Call a route once; return its answer, or of a `streamed` one the response, throw an ApiError for any but 200. */
async function once(method, path, { key, body, headers = {}, streamed = false } = {}) {
  const sent = { ...headers };
  if (key) sent.Authorization = `Bearer ${key}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let response;
  let answer;
  try {
    response = await fetch(BASE + path, {
      method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), credentials: "omit",
    });
    if (streamed && response.ok) return response;
    answer = await response.json();
  } catch {
    throw new ApiError(response?.ok ? 0 : (response?.status ?? 0), "The service can't be reached. Is the network there?");
  }
  if (response.ok) return answer;
  const error = new ApiError(response.status, answer.message ?? `The service answered ${response.status}.`);
  error.retryAfterMs = 1000 * Number(response.headers.get("Retry-After") ?? 0);
  throw error;
}

const passes = (error) => error.status === 0 || error.status === 503 || error.retryAfterMs > 0;

/** Call a route that may be repeated; what passes by itself is waited for, which `waiting` hears of and may end. */
async function call(method, path, { waiting = sleep, ...options } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(method, path, options);
    } catch (error) {
      if (attempt === TRIES || !passes(error)) throw error;
      await waiting(error.retryAfterMs || 500 * attempt, error);
    }
  }
}

export const languages = () => call("GET", "/languages?details=true");
export const keyFacts = (key) => call("POST", "/keys/validate", { key });

/** A job, from its submission to its end. */
export class Run {
  #key;
  #told;
  #id = null;
  #cancelled = false;
  #wake = () => {};

  /** `told` is called with each error that makes a longer wait necessary. */
  constructor(key, told) {
    this.#key = key;
    this.#told = told;
  }

  /** Submit and follow a job; `seen` gets each state of it. Return the job as it ended. */
  async follow(submission, seen) {
    const name = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
    const headers = { "Idempotency-Key": name }; // so a line that broke makes no second job
    const { job_id: id } = await this.#call("POST", "/execute/async", { body: submission, headers });
    this.#id = id;
    if (this.#cancelled) await this.#delete();
    return (await this.#stream(id, seen)) ?? this.#poll(id, seen);
  }

  /** Follow a job by its events, over lines that break; return null where the service has none. */
  async #stream(id, seen) {
    const job = { status: "pending", partial: { stdout: "", stderr: "" }, whole: true };
    let last = null;
    for (let broken = 0; ; broken += 1) {
      try {
        const headers = { Accept: "text/event-stream", ...(last === null ? {} : { "Last-Event-ID": last }) };
        const response = await this.#call("GET", `/jobs/${id}/events`, { headers, streamed: true });
        for await (const events of read(response.body)) {
          for (const { name, data, id: position } of events) {
            if (name === "error") continue; // the service can't hold the line now: it ends, and is asked again
            last = position;
            broken = 0;
            if (name === "result") return { status: data.status, result: data };
            if (name === "status") job.status = data.status;
            else job.partial[name] += data.text;
          }
          seen(job);
        }
      } catch (error) {
        if (last === null && [404, 406].includes(error.status)) return null;
        if (error instanceof ApiError || broken === TRIES) throw error;
      }
      await this.#pause(PAUSES_MS[broken] ?? SLOW_MS);
    }
  }

  async #poll(id, seen) {
    for (let polls = 0; ; polls += 1) {
      const job = await this.#call("GET", `/jobs/${id}`);
      seen(job);
      if (job.result) return job;
      await this.#pause(PAUSES_MS[polls] ?? SLOW_MS);
    }
  }

  #call(method, path, options = {}) {
    return call(method, path, { ...options, key: this.#key, waiting: (ms, error) => this.#waiting(ms, error) });
  }

  #pause(ms) {
    return Promise.race([sleep(ms), new Promise((resolve) => (this.#wake = resolve))]);
  }

  async #waiting(ms, error) {
    if (ms >= SLOW_MS) this.#told(error);
    await this.#pause(ms);
    if (this.#cancelled && !this.#id) throw new ApiError(error.status, "Cancelled before the service took it.");
  }

  /** Have the job cancelled; `follow` returns with what it printed until then. */
  async cancel() {
    this.#cancelled = true;
    if (this.#id) await this.#delete();
    else this.#wake();
  }

  async #delete() {
    try {
      await this.#call("DELETE", `/jobs/${this.#id}`);
    } catch (error) {
      if (error.status !== 409) throw error; // 409: it has ended by itself
    }
    this.#wake();
  }
}
