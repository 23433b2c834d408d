#!/usr/bin/env bash
# The whole command on CPUs of 2008 and 2013 under QEMU: it starts, doctor picks the kernels that fit, and the demo model's
# transcript (text, tokens, times) is the one that this CPU gives. One line a part; exit 1 when one fails.
# Usage: Tools/kernels/old-cpus.sh [BINARY]      without BINARY the release build is made and taken
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/install-needs"
root=$(cd "$here/../.." && pwd)
if [ $# -gt 0 ]; then
  binary=$(realpath "$1")
else
  (cd "$root" && swift build -c release --product fieldos >&2)
  binary=$root/.build/release/fieldos
fi
clip=$root/Tests/Fixtures/audio/note023.wav
work=$here/work/old-cpus
rm -rf "$work"
mkdir -p "$work"
cd "$work" # where no .env is
export FIELDOS_DATA_DIR=$work/data
failed=0

part() { # CPU, kernels expected, command before the binary
  local cpu=$1 kernels=$2 checks=0 failures=0
  shift 2
  run() { # output, arguments: the status counts as a check
    local status=0
    "${emulator[@]}" "$binary" "${@:2}" >"$cpu.$1" 2>"$cpu.$1.errors" || status=$?
    expect "fieldos ${*:2} ended with status $status: $(grep -v "TCG doesn't support" "$cpu.$1.errors" || true)" "$status" 0
  }
  expect() { # what is wrong, found, expected
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    failures=$((failures + 1)) failed=1
    echo "FAILED $cpu $1"
  }
  local emulator=("$@")
  run version --version
  expect "the version differs" "$(cat "$cpu.version")" "$(cat "native.version")"
  run doctor doctor
  local picked
  picked=$(sed -n 's/.* kernels=\([a-z0-9-]*\) .*/\1/p' "$cpu.doctor")
  expect "doctor picks '$picked', not $kernels" "$picked" "${kernels:-$picked}"
  run transcript transcribe "$clip" --model demo-en --format json
  # Probabilities may differ in their last digits.
  grep -v '"confidence"\|prob"\|probability"' "$cpu.transcript" >"$cpu.compared" || true
  expect "the transcript differs from the native one: diff $work/{native,$cpu}.compared" \
    "$(cat "$cpu.compared")" "$(cat native.compared)"
  expect "the transcript is not the text" "$(sed -n 's/^  "text" : //p' "$cpu.transcript")" '"Call David back on Sunday."'
  echo "$cpu: kernels $picked, $checks checks, $failures failures"
}

part native "" env
part Nehalem scalar qemu-x86_64 -cpu Nehalem
part Haswell avx2 qemu-x86_64 -cpu Haswell
exit "$failed"
