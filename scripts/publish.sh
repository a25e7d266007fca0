#!/usr/bin/env bash
# Publishes the commands (canary, canary-controller, canary-sandbox) into a folder: each only when something that it is made of has changed since. What is built, and for how
# long, is said on standard error; when there is nothing to do, nothing is said. Usage: scripts/publish.sh CONFIGURATION FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=$1 folder=$2
log=$(mktemp "${TMPDIR:-/tmp}/canary-publish.XXXXXX")
building=
stop() {
  [ -z "$building" ] || kill "$building" 2>/dev/null || true
  rm -f "$log"
}
trap stop EXIT
trap 'echo >&2; exit 130' INT
trap 'exit 143' TERM

# folder_of PROJECT: where it lies, src/ or sandbox/.
folder_of() { [ -e "src/$1/$1.csproj" ] && echo "src/$1" || echo "sandbox/$1"; }

# references PROJECT: the folders that a project is made of, its own included.
references() {
  local one
  folder_of "$1"
  for one in $(sed -n 's/.*<ProjectReference Include=".*[\\/]\([A-Za-z.]*\)\.csproj".*/\1/p' "$(folder_of "$1")/$1.csproj"); do references "$one"; done
}

# state PROJECT: a line that changes with each file that the command is made of, with its name, its content and how it is built.
state() {
  local folders one
  folders=$(references "$1" | sort -u)
  for one in deploy/crds Directory.Build.props Directory.Packages.props global.json scripts/publish.sh; do [ ! -e "$one" ] || folders="$folders $one"; done
  # shellcheck disable=SC2086 # The names of the projects have no spaces.
  { echo "$configuration $sdk $tag"; find $folders \( -name bin -o -name obj \) -prune -o -type f -print | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum; } | cksum
}

# wait_for NAME: shows how long the build takes, on one line of a terminal, or in two of a log.
wait_for() {
  local since=$SECONDS code=0
  if [ -t 2 ]; then
    while kill -0 "$building" 2>/dev/null; do
      printf '\r  %-18s %3d s ' "$1" $((SECONDS - since)) >&2
      sleep 0.2
    done
    wait "$building" || code=$?
    printf '\r  %-18s %3d s %s\n' "$1" $((SECONDS - since)) "$([ "$code" = 0 ] && echo built || echo failed)" >&2
  else
    echo "  $1: building" >&2
    wait "$building" || code=$?
    echo "  $1: $([ "$code" = 0 ] && echo built || echo failed) in $((SECONDS - since)) s" >&2
  fi
  building=
  return "$code"
}

sdk=$(dotnet --version)
# The version is that of the tag. Between two tags a command keeps that of the commit at which it was built.
tag=$(git describe --tags --exact-match --match 'v*' 2>/dev/null || true)
mkdir -p "$folder/.published"
due=()
for command in Canary.Controller:canary-controller Canary.Sandbox:canary-sandbox Canary.Cli:canary; do
  IFS=: read -r project name <<<"$command"
  now=$(state "$project")
  [ -x "$folder/$name" ] && [ "$(cat "$folder/.published/$name" 2>/dev/null)" = "$now" ] || due+=("$project $name $now")
done
[ ${#due[@]} -gt 0 ] || exit 0

[ -x "$folder/canary" ] && first= || first=" The first time takes a minute or two; later only what has changed is built."
echo "Building ${#due[@]} of the 3 commands.$first" >&2
for one in "${due[@]}"; do
  read -r project name now <<<"$one"
  rm -f "$folder/.published/$name"
  dotnet publish "$(folder_of "$project")" -c "$configuration" -o "$folder" -p:RunAnalyzers=false --nologo -v q >"$log" 2>&1 </dev/null &
  building=$!
  if ! wait_for "$name"; then
    cat "$log" >&2
    echo "error: $name cannot be built: the lines above say why. The commands in $folder are not complete." >&2
    exit 1
  fi
  echo "$now" >"$folder/.published/$name"
done
