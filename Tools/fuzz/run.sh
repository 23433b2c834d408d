#!/usr/bin/env bash
# Fuzzes one target, or all of them in turn, on one core: builds, starts from corpus/, stops at the first
# crash, hang of 5 s or allocation of 512 MB; the input is then in .build/fuzz/found. What is found on the way stays in
# .build/fuzz/work, and the next run goes on from it.
# Usage: run.sh TARGET|all RUNS|SECONDSs        such as: run.sh wav 1000000; run.sh all 60s
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
declare -A longest=([wav]=512 [model]=9000 [safetensors]=9000 [ggml]=12000 [packed]=1024 [onnx]=1024 [tokenizer]=2048 [json]=512 [dotenv]=512 [reply]=1024)
targets=(wav model safetensors ggml packed onnx tokenizer json dotenv reply)
if [ $# -ne 2 ]; then
  echo "usage: run.sh TARGET|all RUNS|SECONDSs; targets: ${targets[*]}" >&2
  exit 2
fi
[ "$1" = all ] || targets=("$1")
case $2 in
  *s) limit="-max_total_time=${2%s}" ;;
  *) limit="-runs=$2" ;;
esac

[ -n "${FUZZ_SKIP_BUILD:-}" ] || "$here/build.sh"
if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi # where recordings lie for their reader
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 # Swift's tagged pointers look like leaks
for target in "${targets[@]}"; do
  work=.build/fuzz/work/$target
  mkdir -p "$work" .build/fuzz/found
  options=("$limit" "-max_len=${longest[$target]}" -timeout=5 -rss_limit_mb=512 -print_final_stats=1 -verbosity=1)
  options+=("-artifact_prefix=.build/fuzz/found/$target-")
  dictionary=$here/dictionaries/$target.txt
  [ ! -e "$dictionary" ] || options+=("-dict=$dictionary")
  echo "== $target"
  FUZZ_TARGET=$target ".build/fuzz/${FUZZ_SANITIZE:-fuzzer,address}/fuzz" "${options[@]}" "$work" "$here/corpus/$target"
done
