#!/usr/bin/env bash
# The whole recipe at toy scale: 40 sentences, a step of two examples a stage, export, and a transcription with faster-whisper.
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

run synthesize.py 40 1 "$work/train"
run synthesize.py 4 2 "$work/test"
run make_tokenizer.py "$work/tokenizer.json" --lines 2000
run train.py 1 "$work/stage1.pt" --work "$work" --steps 1 --batch 2 --clips 1
run train.py 2 "$work/stage2.pt" --work "$work" --steps 1 --batch 2 --clips 1 --resume "$work/stage1.pt"
run train.py 3 "$work/stage3.pt" --work "$work" --steps 1 --batch 2 --clips 1 --resume "$work/stage2.pt"
run export.py "$work/stage3.pt" --tokenizer "$work/tokenizer.json" --out "$work"
run smoke_check.py "$work"
