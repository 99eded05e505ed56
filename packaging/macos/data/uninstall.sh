#!/bin/sh
# Takes NoteVeil off this computer.
#
#   sudo sh /Applications/NoteVeil.app/Contents/Resources/uninstall.sh [--purge] [--volume VOLUME]
#
# --purge takes the updates of rules and models with it. What users have (log, keys, settings) lies
# in their own folders and is theirs; managed settings go when the profile is withdrawn.
set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin

main() { # in a function, for this file is among those that go
    purge=no
    volume=
    while [ $# -gt 0 ]; do
        case "$1" in
            --purge) purge=yes ;;
            --volume)
                [ $# -gt 1 ] || fail "--volume wants the path of a volume"
                volume=${2%/}
                shift
                ;;
            *) fail "$1: not understood; --purge and --volume VOLUME are" ;;
        esac
        shift
    done
    [ "$(id -u)" -eq 0 ] || fail "run it by sudo"

    for name in deid deid-gui; do
        place="$volume/usr/local/bin/$name"
        if [ "$(readlink "$place" || true)" = "/Applications/NoteVeil.app/Contents/MacOS/$name" ]; then
            rm "$place"
        fi
    done
    rm -rf "$volume/Applications/NoteVeil.app"
    data="$volume/Library/Application Support/NoteVeil"
    if [ "$purge" = yes ]; then
        rm -rf "$data"
    elif [ -d "$data" ]; then
        rmdir "$data" 2>/dev/null || echo "kept for the next version: $data"
    fi
    if pkgutil --volume "${volume:-/}" --pkg-info org.noteveil.desktop >/dev/null 2>&1; then
        pkgutil --volume "${volume:-/}" --forget org.noteveil.desktop >/dev/null
    fi
}

fail() {
    echo "uninstall.sh: $1" >&2
    exit 1
}

main "$@"
exit 0
