#!/usr/bin/env bash
# Runs the test projects and ends with one line: N passed, N failed, N skipped. Usage: scripts/run-tests.sh CONFIGURATION [PROJECT...]
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=$1; shift
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
projects=("$@")
[ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(ls -d tests/*.Tests)
broken=0
for project in "${projects[@]}"; do
  name=$(basename "$project")
  echo "== $name"
  dotnet test "$project" --no-build -c "$configuration" --nologo -v q --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" -- NUnit.ShowInternalProperties=false || broken=1
  [ -f "$results/$name.trx" ] || { echo "$name left no results: it did not run to its end"; broken=1; }
done
count() { grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed); failed=$(count failed); total=$(count total)
skipped=$(grep -ho 'outcome="NotExecuted"' "$results"/*.trx 2>/dev/null | wc -l)
if [ "$skipped" -gt 0 ]; then
  echo "== skipped, and why"
  grep -h -A12 'outcome="NotExecuted"' "$results"/*.trx | grep -o '<Message>[^<]*' | sed 's/<Message>/  /' | sort | uniq -c | sort -rn | head -40
fi
[ "$broken" = 1 ] && [ "$failed" = 0 ] && failed=1
[ "$total" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
