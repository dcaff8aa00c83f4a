#!/bin/sh
# Checks, with openssl alone, that an artifact's bytes lead to the signed checkpoint beside this file.
#   sh proof/verify.sh.txt checkpoint      the checkpoint's signature, and whose it is: compare that key with the one that you got another way
#   sh proof/verify.sh.txt e12-r3          that artifact, then the checkpoint
#   sh proof/verify.sh.txt keys            that each key was handed over to by the one before, from the first on to the checkpoint's
#   sh proof/verify.sh.txt consistency     that the log begins with the log of each earlier revision, then the checkpoint
#   sh proof/verify.sh.txt anchors         that the checkpoint of each anchor is signed by the log's key and of one history with this log
#   sh proof/verify.sh.txt cosignature e7 WITNESS
#                                          that the witness whose key line is WITNESS (name+id+key) signed the checkpoint of anchor e7, and when
#   sh proof/verify.sh.txt anchors FOLDER  the same of the anchors in that folder, such as an archive's data/anchors
#   sh proof/verify.sh.txt consistency F   the same of the checkpoint in file F, which you kept
# Run it in the folder that holds index.html. Exit code 0: verified. Anything else: it is not.
# All of it may be made anew with another key by anybody: it is worth something only once you compared the key that it prints.
set -eu
proof=$(dirname "$0") status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$1" >&2; exit 1; }
hash() { openssl dgst -sha256 -binary; }

# Climbs an RFC 6962 tree from the hash in $work/node: index, size; sibling hashes, base64, on standard input (RFC 9162, 2.1.3.2).
climb() {
    node=$1 last=$(($2 - 1))
    [ "$node" -le "$last" ] || fail "index beyond the tree"
    while read -r sibling; do
        [ "$last" -gt 0 ] || fail "the path is too long"
        echo "$sibling" | openssl base64 -d -A > "$work/sibling"
        if [ $((node % 2)) = 1 ] || [ "$node" = "$last" ]; then
            { printf '\001'; cat "$work/sibling" "$work/node"; } | hash > "$work/next"
            while [ $((node % 2)) = 0 ] && [ "$node" != 0 ]; do node=$((node / 2)) last=$((last / 2)); done
        else
            { printf '\001'; cat "$work/node" "$work/sibling"; } | hash > "$work/next"
        fi
        mv "$work/next" "$work/node"
        node=$((node / 2)) last=$((last / 2))
    done
    [ "$last" = 0 ] || fail "the path is too short"
}

# The checkpoint: a C2SP signed note. Body, blank line, signature lines; a signature is 4 bytes of key id and 64 of Ed25519.
# Note; the key, 32 bytes behind anything, in base64 on standard input.
signed() {
    sed '/^$/,$d' "$1" > "$work/body"
    sed '1,/^$/d' "$1" | grep -F -e "— $(sed -n 1p "$1") " | sed -n '1s/.* //p' | openssl base64 -d -A | tail -c 64 > "$work/signature"
    valid
}

# Whether $work/signature is over $work/body; the key as above.
valid() {
    { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; openssl base64 -d -A | tail -c 32; } > "$work/key.der"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -sigfile "$work/signature" -in "$work/body" > /dev/null
}

# The key of proof/verifier-key.txt, name+id+base64 of the byte 01 and 32 more, in base64 as OpenSSH has it, into $ours.
own() {
    sed -n '1s/^[^+]*+[^+]*+//p' "$proof/verifier-key.txt" | openssl base64 -d -A > "$work/verifier"
    [ "$(wc -c < "$work/verifier")" -eq 33 ] && [ "$(head -c 1 "$work/verifier" | od -An -tu1)" -eq 1 ] || fail "proof/verifier-key.txt: no Ed25519 key"
    { printf '\000\000\000\013ssh-ed25519\000\000\000\040'; tail -c 32 "$work/verifier"; } > "$work/blob"
    ours=$(openssl base64 -A < "$work/blob")
}

checkpoint() {
    own
    openssl base64 -A < "$work/verifier" | signed "$proof/checkpoint.txt" || fail "checkpoint: the signature does NOT verify"
    echo "checkpoint: signature verified"
    echo "checkpoint: by ssh-ed25519 $ours"
    echo "checkpoint: with the fingerprint SHA256:$(hash < "$work/blob" | openssl base64 -A | tr -d =)"
}

# Entry $2 of the log, with the bytes of file $3, leads by the tlog-proof in file $4 to the checkpoint. $1: for whom that is asked.
entered() {
    [ "$(sed -n 's/^index //p' "$4" | head -n 1)" = "$2" ] || fail "$1: the proof is NOT of entry $2"
    sed '1,/^$/d' "$4" | cmp -s - "$proof/checkpoint.txt" || fail "$1: proved against another checkpoint"
    { printf '\000'; cat "$3"; } | hash > "$work/node"
    # A line of its own name, the index, hashes, a blank line, the checkpoint.
    sed -n '/^index /,/^$/p' "$4" | sed '1d;/^$/d' > "$work/path"
    climb "$2" "$(sed -n 2p "$proof/checkpoint.txt")" < "$work/path"
    [ "$(openssl base64 -A < "$work/node")" = "$(sed -n 3p "$proof/checkpoint.txt")" ] || fail "$1: the entry is NOT in the ledger"
}

# C2SP tlog-cosignature: 4 bytes of key id, 8 of time, 64 of Ed25519 over two lines and the checkpoint's body. Anchor, the witness's key line.
cosignature() {
    anchor=$(dirname "$proof")/anchors/$1
    [ -e "$anchor.cosignature.txt" ] && [ -e "$anchor.checkpoint.txt" ] || fail "$1: there is no cosignature of that name here"
    sed -n '1s/.* //p' "$anchor.cosignature.txt" | openssl base64 -d -A > "$work/timed"
    [ "$(sed -n '1s/^[^ ]* \([^ ]*\) .*/\1/p' "$anchor.cosignature.txt")" = "${2%%+*}" ] || fail "$1: NOT by ${2%%+*}"
    time=0
    for byte in $(head -c 12 "$work/timed" | tail -c 8 | od -An -v -tu1); do time=$((time * 256 + byte)); done
    { printf 'cosignature/v1\ntime %s\n' "$time"; sed '/^$/,$d' "$anchor.checkpoint.txt"; } > "$work/body"
    tail -c 64 "$work/timed" > "$work/signature"
    echo "$2" | sed 's/^[^+]*+[^+]*+//' | valid || fail "$1: the witness's signature does NOT verify"
    [ "$(sed -n 1p "$anchor.checkpoint.txt")" = "$(sed -n 1p "$proof/checkpoint.txt")" ] || fail "$1: cosigned, but over the checkpoint of another log: it covers nothing here"
    covers="entries below $(sed -n 2p "$anchor.checkpoint.txt"), if 'anchors' shows that its checkpoint is one of this log"
    if cmp -s "$anchor.checkpoint.txt" "$proof/checkpoint.txt"; then covers="every entry of this revision"; fi
    echo "$1: cosigned by ${2%%+*} at $time (seconds since 1970): covers $covers"
}

# Field $1 of a key's entry, file $2: its key without the type, or an instant.
field() { sed -n 's/.*"'"$1"'":"\(ssh-ed25519 \)\{0,1\}\([^" ]*\)".*/\2/p' "$2"; }

# Since when a revocation among the entries says that key $1 is revoked; empty if none does.
revoked() { for file in "$keys"/e*.entry.txt; do if grep -q '"type":"revocation"}$' "$file" && [ "$(field key "$file")" = "$1" ]; then field since "$file"; fi; done | head -n 1; }

# The first entry is in the ledger. Each later one leads to the head of one more than its number, which the key in force before signed.
# With a size: up to the key that signs it. Without: up to the checkpoint's own. What a revoked key handed over is not verified.
keys() {
    keys=$(dirname "$proof")/keys
    [ -e "$keys/e0.entry.txt" ] && [ -e "$keys/e0.proof.txt" ] || fail "there is no first key in $keys"
    entered "entry 0" 0 "$keys/e0.entry.txt" "$keys/e0.proof.txt"
    key=$(field key "$keys/e0.entry.txt")
    echo "first key: ssh-ed25519 $key"
    for entry in $(ls "$keys" | sed -n 's/^e\([1-9][0-9]*\)\.entry\.txt$/\1/p' | sort -n); do
        if [ $# = 1 ] && [ "$1" -le $((entry + 1)) ]; then break; fi
        sed '1,/^$/d' "$keys/e$entry.proof.txt" > "$work/note"
        { printf '\000'; cat "$keys/e$entry.entry.txt"; } | hash > "$work/node"
        sed -n '/^index /,/^$/p' "$keys/e$entry.proof.txt" | sed '1d;/^$/d' > "$work/path"
        [ "$(sed -n 2p "$work/note")" = $((entry + 1)) ] || fail "entry $entry: proved under another head"
        climb "$entry" $((entry + 1)) < "$work/path"
        [ "$(openssl base64 -A < "$work/node")" = "$(sed -n 3p "$work/note")" ] || fail "entry $entry: NOT in the ledger"
        echo "$key" | signed "$work/note" || fail "entry $entry: NOT signed by the key before"
        since=$(revoked "$key")
        if [ -z "$since" ]; then echo "entry $entry: signed by the key before"; else
            echo "entry $entry: signed by the key before, REVOKED since $since: not to be believed, unless an anchor from before then covers it"
            status=1
        fi
        if grep -q '"type":"revocation"}$' "$keys/e$entry.entry.txt"; then
            echo "entry $entry: revokes ssh-ed25519 $(field key "$keys/e$entry.entry.txt") since $(field since "$keys/e$entry.entry.txt")"
        elif grep -q '"type":"key"}$' "$keys/e$entry.entry.txt"; then
            key=$(field key "$keys/e$entry.entry.txt")
            echo "next key: ssh-ed25519 $key"
        else fail "entry $entry: NOT about a key"; fi
    done
    if [ $# = 0 ]; then own; [ "$key" = "$ours" ] || fail "the last key is NOT the one in proof/verifier-key.txt"; fi
}

artifact() {
    case $1 in *[!er0-9-]* | *-*-* | [!e]*) fail "$usage" ;; e[0-9]*-r[0-9]*) ;; *) fail "$usage" ;; esac
    for part in leaf path entry proof; do [ -e "$proof/$1.$part.txt" ] || fail "$1: this revision has no proof of such an artifact"; done
    hex=$({ printf '\000'; cat "$proof/$1.leaf.txt"; } | openssl dgst -sha256 -r | cut -c 1-64)
    { printf '\000'; cat "$proof/$1.leaf.txt"; } | hash > "$work/node"
    read -r _ index _ count < "$proof/$1.path.txt"
    entry=$(sed -n 's/^index //p' "$proof/$1.proof.txt" | head -n 1)
    [ "$1" = "e$entry-r$index" ] || fail "$1: the proof is NOT of it, but of e$entry-r$index"
    # Where a leaf stands follows from the number of leaves only: the entry's own word counts.
    [ "$count" = "$(sed -n 's/^{\("at":"[^"]*",\)\{0,1\}"count":\([0-9]*\),.*/\2/p' "$proof/$1.entry.txt")" ] || fail "$1: its entry does NOT have $count records"
    # 32 bytes of salt and a header line, then what the raw file holds.
    raw=$(dirname "$proof")/raw/$hex.txt
    header=$(tail -c +33 "$proof/$1.leaf.txt" | head -n 1 | wc -c)
    if [ -e "$raw" ]; then
        tail -c +$((33 + header)) "$proof/$1.leaf.txt" | cmp -s - "$raw" || fail "$1: raw/$hex.txt is NOT what was sealed"
    else
        echo "$1: raw bytes: raw/$hex.txt is not here, NOT checked"
        status=1
    fi
    sed 1d "$proof/$1.path.txt" > "$work/path"
    climb "$index" "$count" < "$work/path"
    root=$(openssl base64 -A < "$work/node")
    grep -qF "\"root\":\"$root\"" "$proof/$1.entry.txt" || fail "$1: the record is NOT in its pull"
    echo "$1: record is in its pull"
    entered "$1" "$entry" "$proof/$1.entry.txt" "$proof/$1.proof.txt"
    echo "$1: entry $entry is in the ledger"
}

# From the tree whose checkpoint is file $1 to the one beside this script.
consistent() {
    old=$(sed -n 2p "$1")
    [ "$(sed -n 1p "$1")" = "$(sed -n 1p "$proof/checkpoint.txt")" ] || fail "$1: of another log"
    if [ "$old" = "$(sed -n 2p "$proof/checkpoint.txt")" ]; then
        [ "$(sed -n 3p "$1")" = "$(sed -n 3p "$proof/checkpoint.txt")" ] || fail "$1: NOT this log, which has another root at this size"
        echo "$1: its $old entries are all of this log"
        return
    fi
    path=$(grep -lx "old $old" "${1%.checkpoint.txt}.consistency.txt" "$proof"/consistency-*.txt 2> /dev/null | head -n 1)
    [ -n "$path" ] || fail "$1: there is no proof from $old entries here; 'receipts compare' needs none"
    grows "$1" "$proof/checkpoint.txt" "$path"
    echo "$1: its $old entries are the beginning of this log"
}

# A consistency proof: from the tree whose checkpoint is file $1 to that of file $2, by file $3 (RFC 9162, 2.1.4.2).
grows() {
    old=$(sed -n 2p "$1") new=$(sed -n 2p "$2") path=$3
    sed -n 3p "$1" | openssl base64 -d -A > "$work/root"
    sed '1,/^$/d' "$path" | cmp -s - "$2" || fail "$path: proves another checkpoint"
    sed '/^$/,$d' "$path" | sed 1d > "$work/path"
    node=$((old - 1)) last=$((new - 1))
    [ "$node" -ge 0 ] && [ "$node" -lt "$last" ] || fail "$1: there is no such proof"
    while [ $((node % 2)) = 1 ]; do node=$((node / 2)) last=$((last / 2)); done
    # Where the old tree is one whole subtree, its root begins the path.
    if [ "$node" = 0 ]; then cp "$work/root" "$work/node"; else
        sed -n 1p "$work/path" | openssl base64 -d -A > "$work/node"
        sed 1d "$work/path" > "$work/rest" && mv "$work/rest" "$work/path"
    fi
    cp "$work/node" "$work/whole"
    while read -r sibling; do
        [ "$last" -gt 0 ] || fail "$path: too long"
        echo "$sibling" | openssl base64 -d -A > "$work/sibling"
        if [ $((node % 2)) = 1 ] || [ "$node" = "$last" ]; then
            { printf '\001'; cat "$work/sibling" "$work/node"; } | hash > "$work/next" && mv "$work/next" "$work/node"
            { printf '\001'; cat "$work/sibling" "$work/whole"; } | hash > "$work/next" && mv "$work/next" "$work/whole"
            while [ $((node % 2)) = 0 ] && [ "$node" != 0 ]; do node=$((node / 2)) last=$((last / 2)); done
        else
            { printf '\001'; cat "$work/whole" "$work/sibling"; } | hash > "$work/next" && mv "$work/next" "$work/whole"
        fi
        node=$((node / 2)) last=$((last / 2))
    done < "$work/path"
    [ "$last" = 0 ] || fail "$path: too short"
    cmp -s "$work/node" "$work/root" || fail "$1: NOT the beginning of this log"
    [ "$(openssl base64 -A < "$work/whole")" = "$(sed -n 3p "$2")" ] || fail "$1: this log is NOT what it grew into"
}

# The checkpoint of each anchor in folder $1: signed by the key of its time, and of one history with the checkpoint beside this script.
anchors() {
    for anchor in "$1"/e*.checkpoint.txt; do
        [ -e "$anchor" ] || fail "there is no anchor in $1"
        size=$(sed -n 2p "$anchor") head=$(sed -n 2p "$proof/checkpoint.txt")
        [ "$(sed -n 1p "$anchor")" = "$(sed -n 1p "$proof/checkpoint.txt")" ] || fail "$anchor: of another log"
        keys "$size" > "$work/keys"
        sed -n '/^entry .* REVOKED /p' "$work/keys" | while read -r step; do echo "$anchor: by way of $step"; done
        sed -n 's/.* key: ssh-ed25519 //p' "$work/keys" | tail -n 1 | signed "$anchor" || fail "$anchor: NOT signed by the log's key of its time"
        if [ "$size" -le "$head" ]; then consistent "$anchor"; else
            # It came in before this was published, and is over a later head.
            [ "$(sed -n 1p "${anchor%.checkpoint.txt}.consistency.txt")" = "old $head" ] || fail "$anchor: NO proof from $head entries"
            grows "$proof/checkpoint.txt" "$anchor" "${anchor%.checkpoint.txt}.consistency.txt"
            echo "$anchor: the $head entries of this log are its beginning"
        fi
    done
}

usage="usage: sh proof/verify.sh.txt checkpoint | keys | ARTIFACT | consistency [CHECKPOINT] | anchors [FOLDER] | cosignature ANCHOR WITNESS"
[ $# = 1 ] || { [ $# = 2 ] && { [ "$1" = consistency ] || [ "$1" = anchors ]; }; } || { [ $# = 3 ] && [ "$1" = cosignature ]; } || fail "$usage"
case $1 in
checkpoint) ;;
keys) keys ;;
anchors) anchors "${2:-$(dirname "$proof")/anchors}" ;;
cosignature) [ $# = 3 ] || fail "$usage"; cosignature "$2" "$3"; exit ;;
consistency)
    if [ $# = 2 ]; then consistent "$2"; else
        for head in "$proof"/earlier-*.txt; do
            [ -e "$head" ] || fail "this revision has no proof from an earlier one"
            consistent "$head"
        done
    fi ;;
*) artifact "$1" ;;
esac
checkpoint
exit $status
