#!/usr/bin/env bash
# Installs Debian's espeak-ng, flite and sox where they are missing, then makes the clips. Usage: see make_eval_clips.py --help
set -euo pipefail
need=()
for tool in espeak-ng flite sox python3; do
  command -v "$tool" >/dev/null || need+=("$tool")
done
if [ ${#need[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "Missing: ${need[*]} (Debian's names). Install them, then run this again." >&2
    exit 2
  fi
  sudo=
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "${need[@]}" >/dev/null
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make_eval_clips.py" "$@"
