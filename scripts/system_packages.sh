#!/bin/sh
# Finds out which system packages are missing, names the line that installs them and, on Debian as root,
# installs them.
#
#   scripts/system_packages.sh run|test
#
# Packages of "run" only add to what works; without them the exit status is still 0.
set -eu

case "${1:?run or test}" in
run) packages="espeak-ng" required=no ;;
test) packages="espeak-ng" required=yes ;;
*) echo "unknown set of packages: $1" >&2; exit 64 ;;
esac

command -v dpkg-query >/dev/null || exit 0 # not Debian: viclipcap doctor says what is missing

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    echo "Cài các gói hệ thống / installing system packages:$missing"
    if (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing) \
        >/dev/null; then
        exit 0
    fi
fi
echo "Thiếu gói hệ thống. Cài bằng lệnh / missing system packages, install with:" >&2
echo "    sudo apt-get install$missing" >&2
[ "$required" = no ]
