#!/usr/bin/env bash
# Builds FieldOS and checks this machine; the prototype's virtual environment is not needed.
cd "$(dirname "$0")/.." && swift build -c release --product fieldos && exec .build/release/fieldos doctor
