#!/bin/sh
# Installs the named Debian packages that are missing, when we may (root, or sudo without a password).
# Otherwise prints the one command that would do it, and ends with 1.
set -eu

missing=
for package in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with this system's package manager / 请用本机的软件包管理器安装:$missing" >&2
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "Please run / 请运行: sudo apt-get update && sudo apt-get install -y$missing" >&2
    exit 1
fi

echo "Installing system packages / 安装系统软件包:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -q -q update >/dev/null || true
# shellcheck disable=SC2086  # a list of names
if ! $as_root apt-get -q -q install -y --no-install-recommends $missing >/dev/null; then
    echo "Could not install / 未能安装:$missing" >&2
    exit 1
fi
