#!/bin/sh
# Makes .venv from the lock and, on Debian and Ubuntu, installs the system packages that are missing.
# Usage: set_up.sh run|test      (run: what the program needs; test: what its tests need as well)
set -eu
purpose=${1:-run}
cd "$(dirname "$0")/.."

# Qt's own libraries, and fonts for names in every script the program shows.
for_running="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0
libxcb-xinerama0 libxcb-xkb1 fonts-dejavu-core fonts-noto-core fonts-noto-cjk python3-venv"
# A screen in memory, a browser, ISO images made and mounted, and a second DICOM toolkit to compare with.
for_testing="xvfb xauth xdotool chromium fuseiso genisoimage dcmtk poppler-utils"

say() { printf '%s\n' "set-up: $*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    # A package renamed by a later release (…t64) counts as its old name.
    dpkg-query -W -f='${Status}\n' "$1" "${1}t64" 2>/dev/null | grep -q 'ok installed'
}

install_debian_packages() {
    wanted=$for_running
    if [ "$purpose" = test ]; then wanted="$wanted $for_testing"; fi
    missing=
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
    if [ -z "$missing" ]; then return; fi
    say "installing with apt:$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
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

if command -v apt-get >/dev/null 2>&1; then install_debian_packages; fi

python=$(find_python)
if [ ! -x .venv/bin/python ]; then
    say "making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
say "installing the Python packages of requirements.lock into .venv (about a minute)"
.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
touch .venv/.ready-to-run
if [ "$purpose" = test ]; then touch .venv/.ready-to-test; fi
say "ready: .venv/bin/scanshelf"
