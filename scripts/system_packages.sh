#!/bin/sh
# Finds out which system packages are missing, names the line that installs them and, on Debian as root,
# installs them.
#
#   scripts/system_packages.sh run|app|test
#
# Packages of "run" only add to what works; without them the exit status is still 0.
set -eu

# What Qt's wheels expect of the system.
qt="libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 \
libxcb-render-util0 libxcb-shape0 libfontconfig1 libdbus-1-3 libpulse0"
# The voices and readers that are run for real.
speech="speech-dispatcher speech-dispatcher-espeak-ng speech-dispatcher-audio-plugins libasound2 libasound2-data \
orca brltty libbrlapi0.8 python3-brlapi pulseaudio"
# A desktop without a screen, and what reads it as a screen reader does.
desktop="xvfb openbox xdotool xclip dbus at-spi2-core x11-xkb-utils python3-gi gir1.2-atspi-2.0 procps fonts-dejavu-core"

# Text on the screen, and pages on which the gate is measured.
text="tesseract-ocr tesseract-ocr-vie"
pages="chromium fonts-noto-core fonts-liberation"

case "${1:?run, app or test}" in
run) packages="espeak-ng $text" required=no ;;
app) packages="espeak-ng $text $qt" required=no ;;
test) packages="espeak-ng $text $qt $desktop $speech $pages" required=yes ;;
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
