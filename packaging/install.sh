#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh SET…: installs what is missing of packages.txt's sets, saying what and why. Sourced by nobody; run by
# start.sh, test.sh and tests/bench/run. Needs no network when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
while read -r name set why; do
  case " $* " in *" $set "*) ;; *) continue ;; esac
  # Node may come from elsewhere; its packages are wanted only where the command is missing.
  case "$name" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  if ! dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed'; then
    [ ${#missing[@]} -gt 0 ] || echo "Missing Debian packages:"
    printf '  %-24s %s\n' "$name" "$why"
    missing+=("$name")
  fi
done < <(grep -v '^#' packages.txt)
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Run this as root, or install sudo, to install the packages above." >&2; exit 1; }
  sudo="sudo"
fi
echo "Installing ${#missing[@]} packages from Debian …"
log=$(mktemp)
if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "Installing failed; the whole log is in $log" >&2
  exit 1
fi
rm -f "$log"
