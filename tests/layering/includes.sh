#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# includes.sh SOURCE_DIR: what each folder may include. Prints each line that breaks a rule.
set -uo pipefail
cd "$1"
bad=0

# rule TEXT PATTERN FOLDER… : no line of a source below the folders may match.
rule() {
  local text=$1 pattern=$2 hits
  shift 2
  local folders=()
  for folder in "$@"; do
    [ -d "$folder" ] && folders+=("$folder")
  done
  [ ${#folders[@]} -gt 0 ] || return 0
  hits=$(grep -rnE --include='*.h' --include='*.cpp' "$pattern" "${folders[@]}")
  if [ -n "$hits" ]; then
    printf '%s:\n%s\n' "$text" "$hits"
    bad=1
  fi
}

# but FOLDER… : the folders of core and elsewhere, without these.
but() {
  local skip=" $* "
  for folder in core/* ui app tests; do
    case "$skip" in *" $folder "*) ;; *) echo "$folder" ;; esac
  done
}

plain="core/base core/api core/net core/statistics core/units core/flags core/templates core/routing core/providers
       core/sessions core/telemetry core/gateway core/prompts core/evals core/rollouts core/retrieval"
rule 'Qt in a room of plain C++' '#include <Q' $plain
rule 'An include through a Qt module folder' '#include <Qt[A-Z][A-Za-z]*/' core ui app tests
rule 'libgit2 outside core/prompts' '#include <git2' $(but core/prompts)
rule 'Qt Sql outside core/store' '#include <QSql' $(but core/store tests)
rule 'yaml-cpp outside core/templates' '#include <yaml-cpp' $(but core/templates)
rule 'Boost outside core/net and its users' '#include <boost/' $(but core/net core/gateway core/providers core/control core/remote tests app)
rule 'simdjson outside core/providers and core/gateway' '#include <simdjson' $(but core/providers core/gateway)
rule 'The engine in the console'"'"'s widgets' '#include "core/(net|statistics|units|flags|templates|routing|providers|sessions|telemetry|gateway|prompts|evals|rollouts|retrieval|store|control|remote)/' ui
rule 'QtKeychain outside app/console' 'keychain\.h' $(but app) app/daemon app/ctl
rule 'An include upwards' '#include "(ui|app|tests)/' core
rule 'An include upwards' '#include "(app|tests)/' ui
rule 'catch (...) without a reason beside it' 'catch \(\.\.\.\) *\{? *$' core ui app
[ "$bad" -eq 0 ]
