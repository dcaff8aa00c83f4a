# What the commands of a scenario may use; read by every shell that a script's commands run in.

# days FROM TO: each date from the first to the last, a line each.
days() {
    local day=$1
    while [[ ! $day > $2 ]]; do
        echo "$day"
        day=$(date -u -d "$day + 1 day" +%F)
    done
}

# collected INSTANT: one run of collect at that time of the simulated clock. Says only what did not go well.
collected() {
    receipts collect --at "$1" --randomness "$1" > .collected 2> .problems
    local code=$?
    case $code in
        0) ;;
        *) grep -vE '^(sealed|collect )' .collected; grep -v '^collect ' .problems >&2 ;;
    esac
    rm -f .collected .problems
    return $code
}

# nightly FROM TO: a run at two in the morning (UTC) after each of these days; ends with the first that does not go well.
nightly() {
    local day
    for day in $(days "$1" "$2"); do collected "$(date -u -d "$day + 1 day" +%F)T02:00:00Z" || return; done
}

# verdicts CONTROL...: what management's tests of the programme's only period say of each control and of each of its items.
verdicts() {
    local id
    for id in "$@"; do receipts assess --control "$id" --items | sed -e 1,2d -e '/^    - /d' -e '/^$/,/control/{/^$/d;/ control.*: /d}'; done
}
