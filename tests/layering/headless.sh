#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# headless.sh PROGRAM…: fails if a program needs a library of Qt's that draws.
set -euo pipefail
for program in "$@"; do
  needed=$(readelf -d "$program" | grep NEEDED)
  if grep -E 'libQt6(Gui|Widgets|Charts|Svg|OpenGL)' <<<"$needed"; then
    echo "$program must not need these"
    exit 1
  fi
done
