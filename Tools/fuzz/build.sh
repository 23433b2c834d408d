#!/usr/bin/env bash
# Compiles the engine's sources with the harness into .build/fuzz, outside the package manifest: one binary for all targets.
# $FUZZ_SANITIZE: fuzzer,address (default), or fuzzer alone, several times as fast and blind to small overruns in C.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitize=${FUZZ_SANITIZE:-fuzzer,address}
out=.build/fuzz/$sanitize
mkdir -p "$out/CKernels"
printf 'module CKernels { header "%s/Sources/CKernels/include/CKernels.h" export * }\n' "$PWD" >"$out/CKernels/module.modulemap"

swift=(swiftc -O -wmo -swift-version 6 -parse-as-library -package-name fieldos "-sanitize=$sanitize" -use-ld=lld -I "$out")
for feature in ExistentialAny MemberImportVisibility InternalImportsByDefault; do
  swift+=(-enable-upcoming-feature "$feature")
done

objects=()
for source in Sources/CKernels/*.c; do
  object=$out/$(basename "$source" .c).o
  clang -c -O2 "-fsanitize=${sanitize/fuzzer/fuzzer-no-link}" -I Sources/CKernels/include "$source" -o "$object"
  objects+=("$object")
done

# A room that other sources import, as a module of its own.
room() {
  local name=$1
  shift
  "${swift[@]}" -emit-module -emit-module-path "$out/$name.swiftmodule" -module-name "$name" -c "$@" -o "$out/$name.o"
  objects+=("$out/$name.o")
}
room Domain Sources/Domain/*.swift
room Endpoints Sources/Endpoints/{HTTPReply,RetryAfter}.swift

mapfile -t sources < <(find Sources/SpeechEngine -name '*.swift' | sort)
sources+=(Sources/fieldos/Settings/DotEnv.swift Sources/CRM/{EchoGuard,ReplyError}.swift)
"${swift[@]}" -module-name FuzzTargets -I "$out/CKernels" -I Sources/CZlib \
  "${sources[@]}" Tools/fuzz/Harness.swift "${objects[@]}" -lz -o "$out/fuzz"
