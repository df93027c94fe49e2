#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds, and opens the console on the demo workspace; without a display it starts the
# daemon instead. --install-only installs and stops.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install.sh build
[ "${1:-}" != "--install-only" ] || exit 0

echo "Building (the first time takes some minutes, afterwards seconds) …"
log=$(mktemp)
if ! { cmake --preset release && cmake --build --preset release --target sluice sluiced sluicectl; } >"$log" 2>&1; then
  grep -E 'error|Error' "$log" | head -n 20 >&2 || true
  echo "The build failed; the whole log is in $log" >&2
  exit 1
fi
rm -f "$log"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec build/release/bin/sluice --demo "$@"
fi
echo "No display: starting the daemon with the demo workspace. Ctrl+C ends it."
ready=$(mktemp -u)
build/release/bin/sluiced --demo --ready-file "$ready" "$@" &
daemon=$!
trap 'kill -TERM $daemon 2>/dev/null || true; wait $daemon || true; rm -f "$ready"' INT TERM EXIT
while [ ! -s "$ready" ]; do
  kill -0 $daemon 2>/dev/null || { wait $daemon; exit $?; }
  read -r -t 0.1 <> <(:) || true
done
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$ready"; }
cat <<EOF

Sluice serves the demo workspace.
  Applications call   $(field listen)/v1   (model: support-assistant)
  People and scripts  $(field admin)       (token in $(field token_file))
  Look at it          build/release/bin/sluicectl --admin $(field admin) --token-file $(field token_file) routes list
  Press the button    build/release/bin/sluicectl --admin $(field admin) --token-file $(field token_file) rollback support-assistant --reason "trying it"
EOF
wait $daemon
