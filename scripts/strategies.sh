#!/usr/bin/env bash
# Prints the table of docs/workloads.md from the results that the last run of the end-to-end tests left. Each test writes its own row.
set -euo pipefail
cd "$(dirname "$0")/.."
results=artifacts/test-results/strategies.tsv
[ -f "$results" ] || { echo "error: $results is not there. Run: dotnet test tests/Canary.EndToEnd.Tests -c Release, or make test" >&2; exit 1; }
echo "| strategy or request | sent | failed | lost | errors of the bad version | changes checked | seconds | test |"
echo "|---|---|---|---|---|---|---|---|"
tail -n +2 "$results" | awk -F'\t' '{ printf "| %s | %d | %d | %d | %d | %d | %d | `%s` |\n", $1, $3, $4, $5, $6, $7, $8, $2; sent += $3; failed += $4; lost += $5; errors += $6; changes += $7 }
  END { printf "| **all** | %d | %d | %d | %d | %d | | |\n", sent, failed, lost, errors, changes }'
