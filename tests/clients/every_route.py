"""A client written from the API's description alone: every route once, its answers as lines. SIGNED=1 signs."""

import hashlib
import hmac
import json
import os
import time
import urllib.request

BASE = os.environ["UNSANDBOX_BASE_URL"]
PUBLIC, SECRET = os.environ["UNSANDBOX_PUBLIC_KEY"], os.environ["UNSANDBOX_SECRET_KEY"]


def call(method, path, body=None, kind="application/json"):
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": kind}
    if os.environ.get("SIGNED"):
        stamp = str(int(time.time()))
        message = f"{stamp}:{method}:{path}:".encode() + content
        signature = hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
        headers |= {"Authorization": f"Bearer {PUBLIC}", "X-Timestamp": stamp, "X-Signature": signature}
    request = urllib.request.Request(BASE + path, content or None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def ended(job_id):
    while (job := call("GET", f"/jobs/{job_id}"))["status"] in ("pending", "running"):
        time.sleep(0.1)
    return job


print("health", call("GET", "/health")["status"])
print("languages", "bash" in call("GET", "/languages")["languages"])
print("openapi", call("GET", "/openapi.json")["openapi"])
print("validate", call("POST", "/keys/validate")["valid"])
print("self", call("GET", "/keys/self")["public_key"])
print(
    "execute", call("POST", "/execute", {"language": "bash", "code": "echo grün $1", "args": ["ü"]})["stdout"].strip()
)
job = call("POST", "/execute/async", {"language": "bash", "code": "echo async"})
print("async", ended(job["job_id"])["result"]["stdout"].strip())
raw = call("POST", "/run?ttl=9&args=a%20b", "#!/bin/bash\necho raw $1\n", "text/plain")
print("run", raw["detected_language"], raw["stdout"].strip())
job = call("POST", "/run/async", "#!/bin/bash\necho later\n", "text/plain")
print("run async", ended(job["job_id"])["result"]["stdout"].strip())
slow = call("POST", "/execute/async", {"language": "bash", "code": "sleep 60"})["job_id"]
print("list", slow in [each["job_id"] for each in call("GET", "/jobs")["jobs"]])
print("cancel", call("DELETE", f"/jobs/{slow}")["status"])
print("upload", len(call("POST", "/uploads")["upload_id"]))
batch = call("POST", "/execute/batch", {"submissions": [{"language": "bash", "code": "echo one"}]})["jobs"]
ended(batch[0]["job_id"])
print("batch", call("GET", f"/jobs?ids={batch[0]['job_id']}")["jobs"][0]["result"]["stdout"].strip())
