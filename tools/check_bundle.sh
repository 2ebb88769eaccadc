#!/usr/bin/env bash
# Are the committed page and the notebooks' file what web/ builds? Checks types and texts, runs the
# tests of web/, and builds both anew in a folder of their own. With --write they take the old
# ones' place.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2> /dev/null; then
    echo "left out: the page of the studio was not built anew (needs Node 20.19 or later)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/web"
tar -C web --exclude=node_modules -cf - . | tar -C "$work/web" -xf -
# What the tests of web/ listen to.
mkdir -p "$work/src/clinamen/studio"
cp -R src/clinamen/studio/sounds "$work/src/clinamen/studio/"
cd "$work/web"
if ! npm ci --silent --no-audit --no-fund; then
    echo "left out: the page of the studio was not built anew (npm could not install)"
    [ "${1:-}" != --write ]
    exit
fi
npm run --silent check
npm test --silent
npm run --silent build -- --outDir "$work/studio" --logLevel warn
npm run --silent build:notebook -- --outDir "$work/notebook" --logLevel warn
cd - > /dev/null
for part in studio notebook; do
    bundle=src/clinamen/$part/static
    if [ "${1:-}" = --write ]; then
        rm -rf "$bundle"
        cp -R "$work/$part" "$bundle"
    elif ! diff -r "$work/$part" "$bundle"; then
        echo "what is committed under $bundle is not what web/ builds: run make web" >&2
        exit 1
    fi
done
