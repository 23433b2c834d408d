#!/usr/bin/env bash
# The demo model from nothing by one command: corpora, tokenizer, both stages of training, export, measurement. Started again
# with the same folder, a run that was cut off goes on where it was. Some 3 hours on two cores; see README.md.
# Usage: make.sh [work folder]      $PYTHON: an interpreter that has requirements.txt (default: python3)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
work=${1:-$here/work}
mkdir -p "$work"
export PYTHONDONTWRITEBYTECODE=1
run() { "$python" "$here/$1" "${@:2}"; }
corpus() { [ -f "$work/$1.json" ] || run synthesize.py "$2" "$3" "$work/$1" "${@:4}"; }

corpus train 4200 1
corpus single 400 2 --single
corpus notes 100 3
corpus voices 100 4 --single --held-out
[ -f "$work/tokenizer.json" ] || run make_tokenizer.py "$work/tokenizer.json"
[ -f "$work/words.pt" ] || run train.py words "$work/words.pt" --work "$work"
[ -f "$work/notes.pt" ] || run train.py notes "$work/notes.pt" --work "$work" --begin "$work/words.pt"
run export.py "$work/notes.pt" --tokenizer "$work/tokenizer.json" --out "$work"
run measure.py "$work/demo-en" "$work/single" "$work/notes" "$work/voices" --noise 100
