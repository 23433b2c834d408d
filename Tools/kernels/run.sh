#!/usr/bin/env bash
# Builds the kernels and checks every variant: natively, AVX-512 and AVX-VNNI emulated through SIMDe, ARM and old x86 CPUs
# under QEMU. One line a part, what failed before it; exit 1 when a part fails. What it makes lies under work/.
# Usage: Tools/kernels/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/install-needs"
kernels=$here/../../Sources/CKernels
work=$here/work
rm -rf "$work/objects"
mkdir -p "$work/objects"/{x86,emulated,arm}

compile() { # folder, source, options
  local folder=$1 source=$2
  shift 2
  clang -O2 -Wall -Wextra -Werror "-I$kernels/include" "-I$kernels" "$@" -c "$source" \
    -o "$work/objects/$folder/$(basename "$source" .c).o"
}

# The target attribute would ask for what the CPU lacks: it goes, and simde/immintrin.h stands in for the compiler's.
emulate=("-I$here/simde" -mavx2 -mfma -Wno-psabi "-Dtarget(x)=unused")
for source in "$kernels"/*.c "$here"/*.c; do
  compile x86 "$source"
  compile arm "$source" --target=aarch64-linux-gnu
  case $source in
    *_avx512.c | *_avxvnni.c) compile emulated "$source" "${emulate[@]}" ;;
    */check.c) compile emulated "$source" -DCHECK_EMULATED ;;
    *) cp "$work/objects/x86/$(basename "$source" .c).o" "$work/objects/emulated/" ;;
  esac
done
clang "$work"/objects/x86/*.o -o "$work/check" -lm
clang "$work"/objects/emulated/*.o -o "$work/check-emulated" -lm
aarch64-linux-gnu-gcc -static "$work"/objects/arm/*.o -o "$work/check-arm" -lm

failed=0
part() { # name, command
  local name=$1 status=0
  shift
  "$@" >"$work/part.log" 2>"$work/part.errors" || status=$?
  grep FAILED "$work/part.log" || true
  if tail -n 1 "$work/part.log" | grep -q 'checks, '; then
    echo "$name: $(tail -n 1 "$work/part.log")"
  else
    grep -v "TCG doesn't support" "$work/part.errors" || true
    echo "$name: 0 checks, 1 failure: it ended with status $status"
  fi
  [ "$status" -eq 0 ] || failed=1
}

# Whether the emulation forbids what the old CPU lacks: without that, the Nehalem part would prove nothing.
forbidden() {
  local status=0
  qemu-x86_64 -cpu Nehalem "$work/check" avx2-at-once || status=$?
  if [ "$status" -eq 132 ]; then echo "an AVX2 kernel dies of SIGILL: 1 checks, 0 failures"; return; fi
  echo "FAILED an AVX2 kernel ended with status $status, not 132"
  echo "an AVX2 kernel must die of SIGILL: 1 checks, 1 failures"
  return 1
}

part "this CPU" "$work/check"
part "AVX-512 and AVX-VNNI through SIMDe" "$work/check-emulated"
part "Nehalem forbids AVX2" forbidden
part "Nehalem" qemu-x86_64 -cpu Nehalem "$work/check" quick scalar
# QEMU 7.2 reads 16 bytes where a scalar vfmadd reads 4, hence unguarded.
part "Haswell" qemu-x86_64 -cpu Haswell "$work/check" quick unguarded avx2
part "ARM with everything" qemu-aarch64 -cpu max "$work/check-arm" quick neon-i8mm
part "ARM without byte matrices" qemu-aarch64 -cpu neoverse-n1 "$work/check-arm" quick neon-dotprod
part "ARM without dot products" qemu-aarch64 -cpu cortex-a53 "$work/check-arm" quick neon
exit "$failed"
