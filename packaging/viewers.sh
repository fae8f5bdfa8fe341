#!/bin/sh
# Brings other people's DICOMweb viewers (tests/viewers/package.json) into .venv/viewers, for the tests that try the portal
# with them. Without npm or a network those tests skip and say so.
set -eu
cd "$(dirname "$0")/.."
place=.venv/viewers
mkdir -p "$place"
cp tests/viewers/package.json tests/viewers/package-lock.json tests/viewers/page.js "$place"
cd "$place"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
npm run --silent bundle
