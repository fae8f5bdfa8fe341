#!/bin/sh
# Makes .venv from the lock and, on Debian and Ubuntu, installs the system packages that are missing.
# Usage: set_up.sh run|test      (run: what the program needs; test: what its tests need as well)
# PYTHON=/path/to/python chooses the interpreter, VENV=FOLDER another place than .venv.
set -eu
purpose=${1:-run}
venv=${VENV:-.venv}
cd "$(dirname "$0")/.."

# Qt's own libraries, and fonts for names in every script the program shows.
for_running="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0
libxcb-xinerama0 libxcb-xkb1 fonts-dejavu-core fonts-noto-core fonts-noto-cjk python3-venv"
# The doctor's browser in the demo; a Chromium or Chrome that is there already will do as well.
for_the_demo="chromium"
# A screen in memory, a browser, ISO images made and mounted, a second DICOM toolkit to compare with, a DICOM server that
# exists to upload to (Debian starts it as a service; the tests start their own on a port of their own), and what uploads
# are measured against. A database server and a web server that portals are run with (here too the tests start their own).
# ffmpeg makes the clips, and its own frames are what ours are compared with. faketime moves the clock of a program.
for_testing="xvfb xauth xdotool chromium fuseiso genisoimage dcmtk poppler-utils orthanc orthanc-dicomweb curl
ffmpeg postgresql nginx-light faketime"

say() { printf '%s\n' "set-up: $*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    # A package renamed by a later release (…t64) counts as its old name.
    dpkg-query -W -f='${Status}\n' "$1" "${1}t64" 2>/dev/null | grep -q 'ok installed'
}

has_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return; fi
    done
    return 1
}

install_debian_packages() {
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    if [ -z "$missing" ]; then return; fi
    say "installing with apt:$missing"
    # shellcheck disable=SC2086 # a list of names
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

bring_viewers() {
    # Debian's npm would bring node along; one from elsewhere brings both
    if ! command -v npm >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
        install_debian_packages nodejs npm || true
    fi
    if ! command -v npm >/dev/null 2>&1 || ! sh packaging/viewers.sh; then
        say "other people's web viewers could not be brought: the tests that try the portal with them will not run"
    fi
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    say "no Python 3.11, 3.12 or 3.13 with venv was found. Install one and run this again (or set PYTHON=/path/to/python)." >&2
    exit 1
}

if command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # lists of names
    install_debian_packages $for_running
    if [ "$purpose" = test ]; then
        # shellcheck disable=SC2086
        install_debian_packages $for_testing
    elif ! has_browser && ! install_debian_packages $for_the_demo; then
        say "no browser could be installed: the demo will play the doctor without one"
    fi
fi

python=$(find_python)
if [ ! -x "$venv/bin/python" ]; then
    say "making $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi
say "installing the Python packages of requirements.lock into $venv (about a minute)"
"$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e .
touch "$venv/.ready-to-run"
if [ "$purpose" = test ]; then
    bring_viewers
    touch .venv/.ready-to-test
fi
say "ready: $venv/bin/scanshelf"
