#!/usr/bin/env bash
# FieldOS against faster-whisper and whisper.cpp (pywhispercpp), interleaved in one run on random models of exact shapes.
# Prints a Markdown table. What it makes lies under work/ ($BENCH_WORK): 0.6 GB for base, 8 GB for large-v3-turbo.
#
# Usage: Tools/bench-peers/run.sh [--models base] [--rounds 5] [--threads 2] [--quick] [--json FILE] [--markdown FILE]
#                                 [--only encode,token,clips,batch,cold,memory] [--compute int8,float32] [--peers-only]
#   --models       of tiny, base, small, large-v3-turbo; default base
#   --quick        2 rounds, one setting a peer, short rows: to see that it runs, not to quote
#   --peers-only   the peers alone, without building FieldOS
#   PEERS=DIR      use DIR/venv (with what requirements.txt names) and DIR/openai_whisper-*/ where they are there
#   ENGINE_BENCH=, FIELDOS=   binaries to measure instead of building this tree's
# Needs Linux, Python 3.11 and PyPI; torch, which makes the models, is the bulk of 3 GB.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${BENCH_WORK:-$here/work}
models=base
with_ours=1
passed=()
while [ $# -gt 0 ]; do
  case $1 in
    --models) models=${2:?--models needs a list}; shift 2 ;;
    --peers-only) with_ours=; shift ;;
    *) passed+=("$1"); shift ;;
  esac
done
mkdir -p "$work"

holds_the_peers() {
  [ -x "$1/bin/python" ] && "$1/bin/python" -c '
import sys
from importlib.metadata import version
pins = [line.strip().split("==") for line in open(sys.argv[1]) if "==" in line]
sys.exit(any(version(name) != pin for name, pin in pins))' "$here/requirements.txt" 2>/dev/null
}

venv=${PEERS:+$PEERS/venv}
if [ -z "$venv" ] || ! holds_the_peers "$venv"; then
  venv=$work/venv
  if ! holds_the_peers "$venv"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  fi
fi

# The vocabulary's ranks come in openai-whisper's source package; it holds no weights.
ranks() {
  local found
  found=$(ls -d ${PEERS:+"$PEERS"/openai_whisper-*/} "$work"/openai_whisper-*/ 2>/dev/null | head -n 1 || true)
  if [ -z "$found" ]; then
    "$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary openai-whisper \
      -d "$work" openai-whisper==20250625 >&2
    tar -xzf "$work"/openai_whisper-*.tar.gz -C "$work"
    found=$(ls -d "$work"/openai_whisper-*/)
  fi
  echo "$found/whisper/assets/multilingual.tiktoken"
}

for model in ${models//,/ }; do
  case $model in
    tiny | base | small | large-v3-turbo) ;;
    *) echo "run.sh: no model '$model'. Known: tiny, base, small, large-v3-turbo" >&2; exit 2 ;;
  esac
  # The weights are those of these scripts' text: made anew when it changes.
  if ! cat "$here"/{random_models,ggml}.py | cmp -s - "$work/models/$model/made-by"; then
    "$venv/bin/python" -B "$here/random_models.py" "$work/models" "$(ranks)" "$model" >&2
    cat "$here"/{random_models,ggml}.py >"$work/models/$model/made-by"
  fi
done

binaries=()
if [ -n "$with_ours" ]; then
  for product in engine-bench fieldos; do
    variable=$(echo "$product" | tr 'a-z-' 'A-Z_')
    [ -n "${!variable:-}" ] || (cd "$root" && swift build -c release --product "$product" >&2)
    binaries+=("--$product" "${!variable:-$root/.build/release/$product}")
  done
fi
exec "$venv/bin/python" -B "$here/bench.py" --work "$work" --models "$models" ${binaries[@]+"${binaries[@]}"} \
  ${passed[@]+"${passed[@]}"}
