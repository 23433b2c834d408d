#!/usr/bin/env bash
# Gets a model, base by default: download_faster_whisper.sh [model]
exec "$(dirname "$0")/../.build/release/fieldos" models pull "${1:-base}"
