# Sourced by the other scripts: makes the virtual environment .venv and installs Debian packages.
# Works with bash and python3 alone; prints what it does and, where it may not do it, the command that would.

say() { printf '%s\n' "$*" >&2; }

# need_debian COMMAND=PACKAGE... or FILE=PACKAGE...: installs the packages whose command or file is missing, and
# what makes virtual environments, which Debian packs apart; or says how, all at once, and fails.
need_debian() {
    local pair missing=()
    for pair in "$@"; do
        [ -f "${pair%%=*}" ] || PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null ||
            missing+=("${pair#*=}")
    done
    [ -x .venv/bin/python ] || python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
    [ ${#missing[@]} -eq 0 ] || install_debian "${missing[@]}"
}

# want_debian COMMAND=PACKAGE...: the same for what can be done without.
want_debian() {
    need_debian "$@" || say "Going on without."
}

install_debian() {
    if ! command -v apt-get >/dev/null; then
        say "Missing: $*. Install them with this system's package manager, then run this again."
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "Missing Debian packages. Run this, then try again:"
        say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        return 1
    fi
    say "Installing Debian packages: $*"
    # An update that fails in part still leaves usable lists; the install tells whether they sufficed.
    apt-get update -qq >&2 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# make_venv REQUIREMENTS: .venv with exactly these packages; nothing to do when they haven't changed.
make_venv() {
    local stamp=".venv/$1.sha256" wanted
    wanted="$(sha256sum <"$1") $(command -v python3)"
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "Python 3.11 or later is needed as python3."
        return 1
    fi
    say "Installing Python packages from $1 (once; about a minute)"
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    # Each start would compile it, where Python may not write what it compiles.
    .venv/bin/python -m compileall -q functions infra runtime_images/worker
    printf '%s' "$wanted" >"$stamp"
}
