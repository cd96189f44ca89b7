# tries: have shells of the supervisor run the customer's code: BASH_ENV, ENV, PS4, SHELLOPTS, exported functions
# must: affect only this program
# file: payload.sh=echo "$$ $(id -u) $0" >>/tmp/ran
# env: BASH_ENV=./payload.sh
# env: ENV=./payload.sh
# env: PS4=$(id >>/tmp/ran)
# env: PROMPT_COMMAND=id >>/tmp/ran
lines=$(grep -vc "^$$ " /tmp/ran 2>/dev/null)
if [ "${lines:-0}" -gt 0 ]; then echo "BREACH: $(cat /tmp/ran)"; else echo contained; fi
