#!/usr/bin/env bash
# FieldOS against faster-whisper, both timed in one run on this machine. The peer comes from PyPI into a folder of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/.venv
if [ ! -e "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check faster-whisper==1.2.1
  touch "$venv/ready"
fi
cd "$here/../.."
swift build -c release --product fieldos
exec "$venv/bin/python" "$here/compare.py" "$@"
