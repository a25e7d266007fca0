#!/usr/bin/env bash
# Runs the test projects, says how long each took, and ends with one line: N passed, N failed, N skipped. A test that fails is not run again.
# Usage: scripts/run-tests.sh CONFIGURATION [PROJECT...]
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=$1; shift
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
projects=("$@")
[ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(ls -d {sandbox,bench,tests}/*.Tests)
broken=0
times=()

# told FILE...: the tests that failed, each with what it says.
told() { awk '/<UnitTestResult /{ failed = /outcome="Failed"/ } failed' "$@" | grep -oE 'testName="[^"]*|<Message>[^<]*' | sed 's/testName="/  /; s/<Message>/    /; s/&quot;/"/g' | head -60; }

for project in "${projects[@]}"; do
  name=$(basename "$project")
  since=$SECONDS
  echo "== $name"
  dotnet test "$project" --no-build -c "$configuration" --nologo -v q --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" \
    --results-directory "$results" -- NUnit.ShowInternalProperties=false || broken=1
  times+=("$((SECONDS - since)) $name")
  [ -f "$results/$name.trx" ] || { echo "$name left no results: it did not run to its end"; broken=1; }
done

count() { grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed); failed=$(count failed); total=$(count total)
skipped=$(grep -ho 'outcome="NotExecuted"' "$results"/*.trx 2>/dev/null | wc -l)
echo "== seconds a suite"
printf '%s\n' "${times[@]}" | sort -rn | awk '{ printf "  %5d  %s\n", $1, $2 }'
if [ "$skipped" -gt 0 ]; then
  echo "== skipped, and why"
  grep -h -A12 'outcome="NotExecuted"' "$results"/*.trx | grep -o '<Message>[^<]*' | sed 's/<Message>/  /' | sort | uniq -c | sort -rn | head -40
fi
if [ "$failed" -gt 0 ]; then
  echo "== failed"
  told "$results"/*.trx
fi
[ "$broken" = 1 ] && [ "$failed" = 0 ] && failed=1
[ "$total" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
