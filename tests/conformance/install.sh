#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh SOURCE FOLDER: puts tests and clients into FOLDER; npm is asked only if the lock file has changed.
set -eu
mkdir -p "$2"
if ! cmp -s "$1/package-lock.json" "$2/installed-lock.json"; then
  cp "$1/package.json" "$1/package-lock.json" "$2/"
  (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund)
  cp "$1/package-lock.json" "$2/installed-lock.json"
fi
cp "$1"/*.mjs "$2/"
