# shellcheck shell=bash
# Sourced by the scripts: finds Swift, installs what is missing, or says what is missing and how to get it.

need_swift() {
    if command -v swift >/dev/null 2>&1; then return; fi
    local folder
    for folder in /opt/swift/usr/bin /usr/share/swift/usr/bin "${HOME:-/root}/.local/share/swiftly/bin"; do
        if [ -x "$folder/swift" ]; then PATH=$folder:$PATH; return; fi
    done
    echo "receipts: error: Swift is not installed" >&2
    echo "receipts: hint: install Swift 6.3 from https://www.swift.org/install/linux and put its usr/bin on PATH" >&2
    exit 69
}

# need_packages NAME...: Debian and Ubuntu package names.
need_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null 2>&1; then
        echo "receipts: this is not Debian or Ubuntu; make sure you have: $*" >&2
        return
    fi
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        if sudo -n true 2>/dev/null; then as=(sudo); else
            echo "receipts: error: missing packages: ${missing[*]}" >&2
            echo "receipts: hint: sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
            exit 69
        fi
    fi
    echo "installing ${missing[*]}" >&2
    "${as[@]}" apt-get update -qq
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What links and runs; the compiler's own needs are on Swift's page of installation. tzdata: days are counted in zones.
# shellcheck disable=SC2034
BUILD_PACKAGES="libsqlite3-dev libxml2-dev libarchive-dev libzstd-dev zlib1g-dev libcurl4-openssl-dev ca-certificates pkg-config openssh-client git tzdata"
# The tests hold what is written against other people's programs.
# The server's version is in the package's name.
pgaudit=$(apt-cache search --names-only '^postgresql-[0-9]+-pgaudit$' 2>/dev/null | sed 's/ .*//' | sort -V | tail -n 1)
# shellcheck disable=SC2034
TEST_PACKAGES="libxml2-utils libarchive-tools openssl sqlite3 jq zstd python3 xxd chromium python3-venv strace ${pgaudit:-postgresql-15-pgaudit} postgresql-client procps curl prometheus systemd"
