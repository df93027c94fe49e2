#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds and runs every test: the release suite, the daemon-only build, then the rooms
# without a window under AddressSanitizer + UBSan and under ThreadSanitizer, and a few seconds of each fuzz target.
# --full repeats the concurrent ones and fuzzes for longer.
# Ends with "N passed, N failed" and a status that says the same.
set -uo pipefail
cd "$(dirname "$0")/.."

packaging/install.sh build test || exit 1
repeat=1
[ "${1:-}" != "--full" ] || repeat=10
jobs=$(nproc)
passed=0
failed=0
failures=()

build() { # preset, targets…
  local preset=$1
  shift
  local start=$SECONDS log=build/$preset.log
  mkdir -p build
  if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs" "${@/#/--target=}"; } >"$log" 2>&1; then
    grep -E 'error|Error|FAILED' "$log" | head -n 40
    echo "$preset: the build failed (build/$preset.log)"
    failed=$((failed + 1))
    failures+=("$preset build")
    return 1
  fi
  echo "$preset: built in $((SECONDS - start)) s"
}

run() { # preset, ctest arguments…
  local preset=$1
  shift
  local log=build/$preset.tests.log total bad
  echo "$preset: running tests"
  ctest --preset "$preset" -j "$jobs" --no-tests=error "$@" >"$log" 2>&1
  grep -E '\*\*\*|^[0-9]+% tests' "$log" || true
  total=$(sed -n 's/.*tests passed, [0-9]* tests failed out of \([0-9]*\)/\1/p' "$log" | tail -n 1)
  bad=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of .*/\1/p' "$log" | tail -n 1)
  if [ -z "$total" ]; then
    tail -n 20 "$log"
    failed=$((failed + 1))
    failures+=("$preset: ctest did not run")
    return
  fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then
    failures+=("$preset: $(sed -n 's/^[[:space:]]*[0-9]* - \(.*\) (.*)$/\1/p' "$log" | tr '\n' ' ')")
    grep -E '^(FAIL!|XPASS|QFATAL)|Actual|Expected|Loc: |ERROR: |WARNING: ThreadSanitizer|SUMMARY|runtime error' "$log" | head -n 80
  fi
}

build release && run release -LE bench
build daemon-only sluiced sluicectl
build asan core-tests && run asan -L 'unit|faults' -LE gui
build tsan core-tests && run tsan -L 'unit|faults' -LE gui --repeat until-fail:$repeat

# A few seconds a fuzz target (--full: five minutes), from our own seeds and what earlier runs have found.
if build fuzz fuzzers; then
  for target in build/fuzz/fuzz/fuzz_*; do
    corpus=build/fuzz/corpus/${target##*/}
    mkdir -p "$corpus"
    if "$target" -max_total_time=$((repeat > 1 ? 300 : 4)) -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$corpus-" \
      "$corpus" "tests/fuzz/seeds/${target##*/}" >"$corpus.log" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      failures+=("${target##*/}")
      tail -n 30 "$corpus.log"
    fi
  done
fi

for failure in "${failures[@]}"; do
  echo "failed: $failure"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
