#!/usr/bin/env bash
# Loads a server of its own with clients and prints what each key got, how that compares with the engine alone, and memory.
# Usage: Tools/server/load.sh [--clients N] [--keys N] [--seconds N]
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x .build/server-venv/bin/python ] || Tests/Server/run.sh --collect-only >&2
exec .build/server-venv/bin/python -B Tools/server/load.py "$@"
