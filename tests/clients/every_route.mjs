// A client written from the API's description alone: every route once, its answers as lines. SIGNED=1 signs.
import { createHmac } from "node:crypto";

const { UNSANDBOX_BASE_URL: base, UNSANDBOX_PUBLIC_KEY: publicKey, UNSANDBOX_SECRET_KEY: secret, SIGNED } = process.env;

async function call(method, path, body, kind = "application/json") {
  const content = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const headers = { Authorization: `Bearer ${secret}`, "Content-Type": kind };
  if (SIGNED) {
    const stamp = String(Math.floor(Date.now() / 1000));
    headers.Authorization = `Bearer ${publicKey}`;
    headers["X-Timestamp"] = stamp;
    headers["X-Signature"] = createHmac("sha256", secret).update(`${stamp}:${method}:${path}:${content}`).digest("hex");
  }
  const answer = await fetch(base + path, { method, headers, body: content || undefined });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function ended(id) {
  for (;;) {
    const job = await call("GET", `/jobs/${id}`);
    if (!["pending", "running"].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const say = (...words) => console.log(words.map((word) => (word === true ? "True" : word)).join(" "));

say("health", (await call("GET", "/health")).status);
say("languages", (await call("GET", "/languages")).languages.includes("bash"));
say("openapi", (await call("GET", "/openapi.json")).openapi);
say("validate", (await call("POST", "/keys/validate")).valid);
say("self", (await call("GET", "/keys/self")).public_key);
say("execute", (await call("POST", "/execute", { language: "bash", code: "echo grün $1", args: ["ü"] })).stdout.trim());
let job = await call("POST", "/execute/async", { language: "bash", code: "echo async" });
say("async", (await ended(job.job_id)).result.stdout.trim());
const raw = await call("POST", "/run?ttl=9&args=a%20b", "#!/bin/bash\necho raw $1\n", "text/plain");
say("run", raw.detected_language, raw.stdout.trim());
job = await call("POST", "/run/async", "#!/bin/bash\necho later\n", "text/plain");
say("run async", (await ended(job.job_id)).result.stdout.trim());
const slow = (await call("POST", "/execute/async", { language: "bash", code: "sleep 60" })).job_id;
say("list", (await call("GET", "/jobs")).jobs.some((each) => each.job_id === slow));
say("cancel", (await call("DELETE", `/jobs/${slow}`)).status);
say("upload", (await call("POST", "/uploads")).upload_id.length);
const program = { language: "bash", code: "echo one" };
const [one] = (await call("POST", "/execute/batch", { submissions: [program] })).jobs;
await ended(one.job_id);
say("batch", (await call("GET", `/jobs?ids=${one.job_id}`)).jobs[0].result.stdout.trim());
