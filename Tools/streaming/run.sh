#!/usr/bin/env bash
# Words while they are spoken, at real speed: FieldOS beside LocalAgreement-2 over faster-whisper, with the same model.
# Prints a Markdown table. Takes the length of the sound for each side, about nine minutes as it stands.
#
# Usage: Tools/streaming/run.sh [--seconds 90] [--model DIR] [--audio DIR] [--peer none]
#   --seconds  of sentences in a row; 600 for ten minutes. Beside them the notes of four sentences are measured.
#   --model    a CTranslate2 folder; default the demo model
#   --audio    a folder with texts.tsv and, where there is one, visits.tsv; default Tests/Fixtures/audio
#   PEERS=DIR  use DIR/venv, with what requirements.txt pins
#   FIELDOS=F  the binary; default: built here
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${STREAMING_WORK:-$here/work}
mkdir -p "$work"

venv=${PEERS:+$PEERS/venv}
if [ -z "$venv" ] || [ ! -x "$venv/bin/python" ]; then
  venv=$work/venv
  if ! cmp -s "$here/requirements.txt" "$venv/installed"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed"
  fi
fi
[ -n "${FIELDOS:-}" ] || (cd "$root" && swift build -c release --product fieldos >&2)
export OMP_NUM_THREADS=1
exec "$venv/bin/python" -B "$here/measure.py" --binary "${FIELDOS:-$root/.build/release/fieldos}" \
  --model "$root/Sources/fieldos/Resources/demo-en" --audio "$root/Tests/Fixtures/audio" --work "$work" "$@"
