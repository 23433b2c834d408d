#!/usr/bin/env bash
# FieldOS against faster-whisper in one run: the same weights, float32 on both sides. Prints a Markdown report; exit 1 when
# something differs that may not. What it makes lies under work/ ($PARITY_WORK), 0.5 GB for tiny and base, 1.5 GB with small.
#
# Usage: Tools/parity/run.sh [--models demo,tiny,base,small] [--quick] [--case NAME]... [--json FILE] [--markdown FILE]
#   --models   default demo,tiny,base. demo: $DEMO_FLOAT32 or ../shared/models/demo-en-float32, the demo model in float32
#              (Tools/demo-model makes one), else the shipped int8 folder, which both sides compute in float32.
#              tiny, base, small, large-v3: randomly initialised here. large-v3 is one window by hand: 6 GB of disk, 14 GB of
#              memory for each side in turn.
#   --quick    without the ten-minute recording
#   PEERS=DIR  use DIR/venv (with what requirements.txt pins) and DIR/openai_whisper-*/ where they are there
# Needs Python 3.11 and PyPI.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${PARITY_WORK:-$here/work}
models=demo,tiny,base
passed=()
while [ $# -gt 0 ]; do
  case $1 in
    --models) models=${2:?--models needs a list}; shift 2 ;;
    *) passed+=("$1"); shift ;;
  esac
done
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

arguments=()
for model in ${models//,/ }; do
  case $model in
    demo)
      folder=${DEMO_FLOAT32:-$root/../shared/models/demo-en-float32}
      [ -e "$folder/model.bin" ] || folder=$root/Sources/fieldos/Resources/demo-en ;;
    tiny | base | small | large-v3)
      folder=$work/models/$model
      # The weights are those of this script's text: made anew when it changes.
      if ! cmp -s "$here/random_models.py" "$folder/made-by"; then
        OMP_NUM_THREADS=1 "$venv/bin/python" -B "$here/random_models.py" "$work/models" "$(ranks)" "$model" >&2
        cp "$here/random_models.py" "$folder/made-by"
      fi ;;
    *) echo "run.sh: no model '$model'. Known: demo, tiny, base, small, large-v3" >&2; exit 2 ;;
  esac
  arguments+=(--model "$model=$folder")
done

[ -n "${FIELDOS:-}" ] || (cd "$root" && swift build -c release --product fieldos >&2)
export OMP_NUM_THREADS=1 # sums are then made in the same order whatever the number of cores
exec "$venv/bin/python" -B "$here/compare.py" --binary "${FIELDOS:-$root/.build/release/fieldos}" --work "$work" \
  "${arguments[@]}" ${passed[@]+"${passed[@]}"}
