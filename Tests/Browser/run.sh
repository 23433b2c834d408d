#!/usr/bin/env bash
# The browser tests: Debian's Chromium, driven by Playwright from PyPI, against .build/release/fieldos.
# Usage: Tests/Browser/run.sh [arguments of pytest, such as -k record]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.build/browser-venv
if ! cmp -s "$here/requirements.txt" "$venv/installed"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed"
fi
cd "$root"
exec "$venv/bin/python" -B -m pytest -p no:cacheprovider -q --rootdir "$here" "$here" "$@"
