#!/usr/bin/env bash
# Make a virtual environment with the newest Python from 3.11 on that is found here.
set -euo pipefail

folder=${1:?usage: make_venv.sh FOLDER}

best_python() {
    local name
    for name in "${PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3 python; do
        [ -n "$name" ] || continue
        command -v "$name" > /dev/null || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Clinamen needs Python 3.11 or later and found none (looked for python3.14 to" >&2
    echo "python3.11, python3, python). Install one, or name it: make PYTHON=/path/to/python" >&2
    return 1
}

python=$(best_python)
echo "Using $("$python" --version) for $folder"
if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
    echo "$python has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi
"$python" -m venv "$folder"
