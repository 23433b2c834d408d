#!/usr/bin/env bash
# The whole recipe at toy scale: a few notes, a step a stage, export, and a transcription with faster-whisper.
# Usage: smoke.sh [work folder]      $PYTHON: an interpreter that has requirements.txt (default: python3)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
own=
work=${1:-}
if [ -z "$work" ]; then work=$(mktemp -d); own=$work; fi
trap '[ -z "$own" ] || rm -rf "$own"' EXIT
mkdir -p "$work"
export PYTHONDONTWRITEBYTECODE=1
run() { "$python" "$here/$1" "${@:2}"; }

run synthesize.py 8 1 "$work/train"
run synthesize.py 2 2 "$work/voices" --single --held-out
run make_tokenizer.py "$work/tokenizer.json" --lines 2000
run train.py words "$work/words.pt" --work "$work" --steps 1
run train.py notes "$work/notes.pt" --work "$work" --steps 1 --begin "$work/words.pt"
run export.py "$work/notes.pt" --tokenizer "$work/tokenizer.json" --out "$work"
run smoke_check.py "$work"
