#!/usr/bin/env bash
# Proves that proto/gen is what the protos make: generates into a folder aside and compares.
set -euo pipefail
cd "$(dirname "$0")/../proto"
buf lint
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
cp -r buf.yaml buf.gen.yaml onair "$aside/"
sed "s#\.\./node_modules#$(cd .. && pwd)/node_modules#" buf.gen.yaml >"$aside/buf.gen.yaml"
(cd "$aside" && buf generate && buf build -o gen/onair.binpb)
if ! diff -rq "$aside/gen" gen; then
  echo "proto/gen is out of date: npm run generate" >&2
  exit 1
fi
