#!/usr/bin/env bash
# Once CI is green: walks the release checklist and tags: post_ci_wrap.sh vX.Y.Z [--message TEXT]
exec "$(dirname "$0")/../.build/release/fieldos" release tag "$@"
