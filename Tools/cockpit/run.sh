#!/usr/bin/env bash
# What the cockpit costs at 10,000 notes and 500 live listeners; see measure.py. Needs Linux and Python 3.11 alone.
# FIELDOS_BINARY=FILE measures that binary instead of building this tree's.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -n "${FIELDOS_BINARY:-}" ] || swift build -c release --product fieldos >&2
ulimit -n 8192 2>/dev/null || true
exec python3 -B Tools/cockpit/measure.py "$@"
