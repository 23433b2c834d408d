#!/usr/bin/env bash
# What 8-bit weights cost in word errors: makes the clips, builds, transcribes them in int8 and float32, and compares.
# Usage: int8.sh [--peers VENV] [other options of int8.py]
set -euo pipefail
cd "$(dirname "$0")/../.."
Tools/make-eval-clips/make_eval_clips.sh
swift build -c release --product fieldos
export PYTHONDONTWRITEBYTECODE=1
exec python3 Tools/eval/int8.py "$@"
