#!/usr/bin/env bash
# Is the committed page what web/ builds? Checks types and texts, runs the tests of web/, and
# builds it anew in a folder of its own. With --write the new bundle takes the old one's place.
set -euo pipefail
cd "$(dirname "$0")/.."

bundle=src/clinamen/studio/static
if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2> /dev/null; then
    echo "left out: the page of the studio was not built anew (needs Node 20.19 or later)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/web"
tar -C web --exclude=node_modules -cf - . | tar -C "$work/web" -xf -
cd "$work/web"
npm ci --silent --no-audit --no-fund
npm run --silent check
npm test --silent
npm run --silent build -- --outDir "$work/static" --logLevel warn
cd - > /dev/null
if [ "${1:-}" = --write ]; then
    rm -rf "$bundle"
    cp -R "$work/static" "$bundle"
elif ! diff -r "$work/static" "$bundle"; then
    echo "the committed page is not what web/ builds: run make web" >&2
    exit 1
fi
