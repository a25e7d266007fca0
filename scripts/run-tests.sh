#!/usr/bin/env bash
# Runs the test projects, says how long each took, and ends with one line: N passed, N failed, N skipped. A test that fails is not run again.
# The end-to-end tests wait for most of their time. Suites that only compute run beside them, and give way to them; those with servers of their own run alone.
# Usage: scripts/run-tests.sh CONFIGURATION [PROJECT...]
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=$1; shift
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
projects=("$@")
[ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(ls -d {sandbox,bench,tests}/*.Tests)
broken=0

# told FILE...: the tests that failed, each with what it says.
told() { awk '/<UnitTestResult /{ failed = /outcome="Failed"/ } failed' "$@" | grep -oE 'testName="[^"]*|<Message>[^<]*' | sed 's/testName="/  /; s/<Message>/    /; s/&quot;/"/g' | head -60; }

# run PROJECT: one suite, and its seconds into a file beside its results.
run() {
  local name since=$SECONDS
  name=$(basename "$1")
  dotnet test "$1" --no-build -c "$configuration" --nologo -v q --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" \
    --results-directory "$results" -- NUnit.ShowInternalProperties=false || touch "$results/broken"
  echo "$((SECONDS - since)) $name" >>"$results/times"
}

# Whether a suite only computes: it starts no process and speaks to no server beyond itself, so that it may be slow.
computes() { case $(basename "$1") in Canary.Core.Tests|Canary.Engine.Tests|Canary.Kubernetes.Tests|Canary.Architecture.Tests|Canary.JudgeBenchmark.Tests) ;; *) false ;; esac; }

beside=
for project in "${projects[@]}"; do
  [ "$(basename "$project")" = Canary.EndToEnd.Tests ] || continue
  run "$project" >"$results/beside.log" 2>&1 &
  beside=$!
done
for project in "${projects[@]}"; do
  computes "$project" || continue
  echo "== $(basename "$project")"
  if [ -n "$beside" ]; then nice -n 19 bash -c "$(declare -f run); results=$results configuration=$configuration; run $project"; else run "$project"; fi
done
if [ -n "$beside" ]; then
  echo "== Canary.EndToEnd.Tests"
  tail -n +1 -f --pid="$beside" "$results/beside.log"
  wait "$beside"
fi
for project in "${projects[@]}"; do
  computes "$project" || [ "$(basename "$project")" = Canary.EndToEnd.Tests ] && continue
  echo "== $(basename "$project")"
  run "$project"
done
[ -f "$results/broken" ] && broken=1
for project in "${projects[@]}"; do
  name=$(basename "$project")
  [ -f "$results/$name.trx" ] || { echo "$name left no results: it did not run to its end"; broken=1; }
done

count() { grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed); failed=$(count failed); total=$(count total)
skipped=$(grep -ho 'outcome="NotExecuted"' "$results"/*.trx 2>/dev/null | wc -l)
echo "== seconds a suite"
sort -rn "$results/times" | awk '{ printf "  %5d  %s\n", $1, $2 }'
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
