#!/usr/bin/env bash
# Walks the whole road once: run_final_worker_smoke.sh [--clip FILE] [--mock]
exec "$(dirname "$0")/../.build/release/fieldos" smoke "$@"
