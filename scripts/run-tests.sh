#!/usr/bin/env bash
# Runs the test projects and ends with one line: N passed, N failed, N skipped. Usage: scripts/run-tests.sh CONFIGURATION [PROJECT...]
# End-to-end tests run many processes against the clock of a machine that may be busy: one that fails is run a second time, which is said, and counts as failed where it fails again.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=$1; shift
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
projects=("$@")
[ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(ls -d {src,tests,sandbox,bench}/*.Tests 2>/dev/null)
broken=0

# run PROJECT RESULTS [FILTER]
run() {
  dotnet test "$1" --no-build -c "$configuration" --nologo -v q ${3:+--filter "$3"} --logger "console;verbosity=minimal" --logger "trx;LogFileName=$2.trx" --results-directory "$results" -- NUnit.ShowInternalProperties=false
}
# told FILE...: the tests that failed, each with what it says.
told() { awk '/<UnitTestResult /{ failed = /outcome="Failed"/ } failed' "$@" | grep -oE 'testName="[^"]*|<Message>[^<]*' | sed 's/testName="/  /; s/<Message>/    /; s/&quot;/"/g' | head -60; }
failures() { grep -o '<UnitTestResult [^>]*outcome="Failed"[^>]*' "$1" 2>/dev/null | grep -o 'testName="[^"(]*' | sed 's/testName="//' | sort -u; }

for project in "${projects[@]}"; do
  name=$(basename "$project")
  echo "== $name"
  run "$project" "$name" && continue
  if [ "$name" = Canary.EndToEnd.Tests ] && [ -n "$(failures "$results/$name.trx")" ]; then
    echo "== $name: a second time: $(failures "$results/$name.trx" | tr '\n' ' ')"
    mv "$results/$name.trx" "$results/$name.first"
    run "$project" "$name" "$(failures "$results/$name.first" | sed 's/^/FullyQualifiedName~./' | paste -sd'|')" || broken=1
  else
    broken=1
  fi
  [ -f "$results/$name.trx" ] || { echo "$name left no results: it did not run to its end"; broken=1; }
done

count() { grep -ho "<Counters [^>]*" "$results"/*.trx "$results"/*.first 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
first() { grep -ho "<Counters [^>]*" "$results"/*.first 2>/dev/null | grep -o ' failed="[0-9]*"' | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed); failed=$(($(count failed) - $(first))); total=$(count total)
skipped=$(grep -ho 'outcome="NotExecuted"' "$results"/*.trx "$results"/*.first 2>/dev/null | wc -l)
if [ "$skipped" -gt 0 ]; then
  echo "== skipped, and why"
  grep -h -A12 'outcome="NotExecuted"' "$results"/*.trx | grep -o '<Message>[^<]*' | sed 's/<Message>/  /' | sort | uniq -c | sort -rn | head -40
fi
for file in "$results"/*.first; do
  [ -f "$file" ] && { echo "== failed the first time"; told "$file"; }
done
if [ "$failed" -gt 0 ]; then
  echo "== failed"
  told "$results"/*.trx
fi
[ "$broken" = 1 ] && [ "$failed" = 0 ] && failed=1
[ "$total" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
