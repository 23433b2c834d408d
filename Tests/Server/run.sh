#!/usr/bin/env bash
# The transcription server's tests: OpenAI's own Python client, from PyPI, against .build/release/fieldos.
# Usage: Tests/Server/run.sh [arguments of pytest, such as -k stream]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../python-tests" "$here" "$@"
