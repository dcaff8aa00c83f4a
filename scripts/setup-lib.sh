# Sourced by the scripts: finds Swift, installs what is missing, or says what is missing and how to get it.

need_swift() {
    if command -v swift >/dev/null 2>&1; then return; fi
    if [ -x /opt/swift/usr/bin/swift ]; then PATH=/opt/swift/usr/bin:$PATH; return; fi
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
    DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

BUILD_PACKAGES="libsqlite3-dev libxml2-dev libarchive-dev libzstd-dev pkg-config openssh-client git"
TEST_PACKAGES="libxml2-utils libarchive-tools openssl sqlite3 jq zstd python3 xxd"
