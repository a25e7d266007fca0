#!/usr/bin/env bash
# Makes sure that the named Debian programs can be run: those on the PATH are taken; a missing one is unpacked from its Debian package into .tools/,
# without root and without starting a service. Usage: scripts/tools.sh prometheus [prometheus-alertmanager]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tools="$root/.tools"
export PATH="$tools/usr/bin:$PATH"

for package in "$@"; do
  if command -v "$package" >/dev/null 2>&1; then continue; fi
  echo "$package is not installed: unpacking Debian's package into .tools/" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  fetch() { (cd "$work" && apt-get download -q "$package" >"$work/log" 2>&1); }
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "error: $package is missing and this is not a Debian system. Install $package 2.40 or newer and put it on the PATH." >&2
    exit 1
  fi
  if ! fetch; then
    # The package lists may never have been fetched on a new machine; only root may fetch them.
    if [ "$(id -u)" = 0 ]; then apt-get update -q >"$work/update" 2>&1 || true
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n apt-get update -q >"$work/update" 2>&1 || true
    fi
    if ! fetch; then
      echo "error: $package is missing and could not be downloaded:" >&2
      sed 's/^/  /' "$work/log" >&2
      echo "Install it by hand and try again:  sudo apt-get update && sudo apt-get install $package" >&2
      exit 1
    fi
  fi
  mkdir -p "$tools"
  dpkg -x "$work"/*.deb "$tools"
  rm -rf "$work"
  # Debian's Alertmanager reads its default template from this place and no other.
  if [ "$package" = prometheus-alertmanager ] && [ ! -e /usr/share/prometheus/alertmanager/default.tmpl ]; then
    as_root=; [ "$(id -u)" = 0 ] || as_root="sudo -n"
    if ! { $as_root mkdir -p /usr/share/prometheus && $as_root cp -r "$tools/usr/share/prometheus/alertmanager" /usr/share/prometheus/; } 2>/dev/null; then
      echo "warning: Debian's prometheus-alertmanager needs /usr/share/prometheus/alertmanager/default.tmpl, which cannot be written here; its tests are skipped. Install it by hand:  sudo apt-get install prometheus-alertmanager" >&2
    fi
  fi
  if ! "$tools/usr/bin/$package" --version >/dev/null 2>&1; then
    echo "error: Debian's $package was unpacked but does not run here. Install it by hand:  sudo apt-get install $package" >&2
    exit 1
  fi
done
