#!/usr/bin/env bash
# First paint and bytes of each page; see paint.py. Needs the browser tests' environment: Tests/Browser/run.sh makes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x .build/browser-venv/bin/python ] || Tests/Browser/run.sh --collect-only >&2
exec .build/browser-venv/bin/python -B Tools/cockpit/paint.py "$@"
