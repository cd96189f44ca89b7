#!/usr/bin/env bash
# A client written from the API's description alone: every route once, its answers as lines. SIGNED=1 signs.
set -euo pipefail

call() { # METHOD PATH [BODY [CONTENT-TYPE]]
    local method=$1 path=$2 body=${3-} kind=${4-application/json} stamp signature
    local headers=(-H "Authorization: Bearer $UNSANDBOX_SECRET_KEY")
    if [ -n "${SIGNED-}" ]; then
        stamp=$(date +%s)
        signature=$(printf '%s:%s:%s:%s' "$stamp" "$method" "$path" "$body" |
            openssl dgst -sha256 -hmac "$UNSANDBOX_SECRET_KEY" -r | cut -d' ' -f1)
        headers=(-H "Authorization: Bearer $UNSANDBOX_PUBLIC_KEY" -H "X-Timestamp: $stamp" -H "X-Signature: $signature")
    fi
    [ -z "$body" ] || headers+=(-H "Content-Type: $kind" --data-binary "$body")
    curl -sS --fail-with-body -X "$method" "${headers[@]}" "$UNSANDBOX_BASE_URL$path"
}

ended() {
    local job
    while job=$(call GET "/jobs/$1"); do
        case $(jq -r .status <<<"$job") in pending | running) sleep 0.1 ;; *) break ;; esac
    done
    printf '%s' "$job"
}

echo "health $(call GET /health | jq -r .status)"
echo "languages $(call GET /languages | jq 'if .languages | index("bash") then "True" else "False" end' -r)"
echo "openapi $(call GET /openapi.json | jq -r .openapi)"
echo "validate $(call POST /keys/validate | jq -r 'if .valid then "True" else "False" end')"
echo "self $(call GET /keys/self | jq -r .public_key)"
echo "execute $(call POST /execute '{"language": "bash", "code": "echo grün $1", "args": ["ü"]}' | jq -r '.stdout | rtrimstr("\n")')"
job=$(call POST /execute/async '{"language": "bash", "code": "echo async"}' | jq -r .job_id)
echo "async $(ended "$job" | jq -r '.result.stdout | rtrimstr("\n")')"
echo "run $(call POST '/run?ttl=9&args=a%20b' $'#!/bin/bash\necho raw $1\n' text/plain |
    jq -r '.detected_language + " " + (.stdout | rtrimstr("\n"))')"
job=$(call POST /run/async $'#!/bin/bash\necho later\n' text/plain | jq -r .job_id)
echo "run async $(ended "$job" | jq -r '.result.stdout | rtrimstr("\n")')"
slow=$(call POST /execute/async '{"language": "bash", "code": "sleep 60"}' | jq -r .job_id)
echo "list $(call GET /jobs | jq -r --arg id "$slow" 'if any(.jobs[]; .job_id == $id) then "True" else "False" end')"
echo "cancel $(call DELETE "/jobs/$slow" | jq -r .status)"
echo "upload $(call POST /uploads | jq -r '.upload_id | length')"
one=$(call POST /execute/batch '{"submissions": [{"language": "bash", "code": "echo one"}]}' | jq -r '.jobs[0].job_id')
ended "$one" >/dev/null
echo "batch $(call GET "/jobs?ids=$one" | jq -r '.jobs[0].result.stdout | rtrimstr("\n")')"
