#!/usr/bin/env bash
# Gets the C library that the binaries of uWebSockets.js need where the system's is older, and
# prints the folder it lies in (what ONAIR_GLIBC_DIR takes). Prints nothing where the system's own
# will do. It changes nothing outside node_modules/.cache: apt runs on lists and caches of its own.
#
# The package is Debian 13's libc6, from the mirror that the system uses (or DEBIAN_MIRROR), its
# signature checked by apt.
set -euo pipefail

needed=2.38
target="$(cd "$(dirname "$0")/.." && pwd)/node_modules/.cache/onair-glibc"

system="$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2 || true)"
if [[ -z $system ]]; then
  echo "fetch-glibc: this system has no glibc" >&2
  exit 1
fi
if [[ $(printf '%s\n' "$needed" "$system" | sort -V | head -n1) == "$needed" ]]; then
  exit 0
fi
if [[ -d $target ]]; then
  echo "$target"
  exit 0
fi
for tool in apt-get dpkg-deb; do
  if ! command -v "$tool" >/dev/null; then
    echo "fetch-glibc: needs $tool; this works on Debian and its kin" >&2
    exit 1
  fi
done

mirror="${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 -E '/debian/?$' || true)}"
if [[ -z $mirror ]]; then
  echo "fetch-glibc: no Debian mirror among apt's sources; name one in DEBIAN_MIRROR" >&2
  exit 1
fi

mkdir -p "$(dirname "$target")"
work="$(mktemp -d "$target.XXXXXX")"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,root}
touch "$work/state/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
  >"$work/sources.list"

# A sources list of our own, and not the system's. _apt could not write here: stay who we are.
apt=(apt-get -q
  -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=-
  -o "Dir::State=$work/state" -o "Dir::State::status=$work/state/status"
  -o "Dir::Cache=$work/cache"
  -o APT::Sandbox::User= -o Acquire::Retries=3 -o Acquire::Languages=none)
"${apt[@]}" update >&2
(cd "$work" && "${apt[@]}" download libc6 >&2)
dpkg-deb -x "$work"/libc6_*.deb "$work/root"

# In one step, so that nobody meets half a library; whoever comes second drops his.
mv -T "$work/root" "$target" 2>/dev/null || [[ -d $target ]]
echo "$target"
