#!/usr/bin/env bash
# Kills, aborts, hangs and slows the engine of live words during captures, and checks that nothing else notices.
# Usage: Tools/chaos/captures.sh [--captures 10] [--lanes 2] [--seed N] [--json] [--help]
# The binary is $FIELDOS, or the release build.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tools/chaos/captures.py --binary "${FIELDOS:-.build/release/fieldos}" "$@"
