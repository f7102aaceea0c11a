#!/bin/sh
# Makes .venv with a Python >= 3.11. Where the machine's Python cannot (Debian ships it without ensurepip),
# python3-venv is installed when we may; otherwise the one command to run is printed.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

chosen=
for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
        chosen=$candidate
        break
    fi
done
if [ -z "$chosen" ]; then
    echo "ronghe needs Python 3.11 or newer; none was found. / 需要 Python 3.11 或更高版本。" >&2
    echo "Install one, or name it: make setup PYTHON=python3.12" >&2
    exit 4
fi

make_it() {
    "$chosen" -m venv .venv >/dev/null 2>&1 && .venv/bin/python -m pip --version >/dev/null 2>&1
}

# An environment that works already is kept.
if ! { new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    rm -rf .venv
    if ! make_it; then
        rm -rf .venv
        package=$("$chosen" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        sh scripts/system_packages.sh "$package" || exit 4
        if ! make_it; then
            rm -rf .venv
            echo "'$chosen -m venv .venv' still fails; run it by hand to see why." >&2
            exit 4
        fi
    fi
fi
touch .venv/.made
