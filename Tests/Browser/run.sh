#!/usr/bin/env bash
# The browser tests: Debian's Chromium, driven by Playwright from PyPI, against .build/release/fieldos.
# Usage: Tests/Browser/run.sh [arguments of pytest, such as -k record]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../python-tests" "$here" "$@"
