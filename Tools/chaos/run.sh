#!/usr/bin/env bash
# Kills the product, spoils its disk, clock and CRM, cuts its power, and checks that nothing was lost. See README.md.
# Usage: Tools/chaos/run.sh [--kills 100] [--cuts 1000] [--seed N] [--lanes 3] [--json] [--help]
# The binary is $FIELDOS, or the release build. Linux only: the shims of Tests/Shims are preloaded.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install-test-needs
out=.build/chaos
mkdir -p "$out"
for shim in disk_faults disk_recorder clock_timers; do
  source=Tests/Shims/$shim.c
  if [ ! "$out/$shim.so" -nt "$source" ] || [ ! "$out/$shim.so" -nt Tests/Shims/shim.h ]; then
    cc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -o "$out/$shim.so" "$source" -ldl
  fi
done
exec python3 Tools/chaos/chaos.py --binary "${FIELDOS:-.build/release/fieldos}" --shims "$out" "$@"
