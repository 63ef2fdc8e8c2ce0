#!/usr/bin/env bash
# The portal from a command line: needs curl and jq. PORTAL_URL and PORTAL_KEY say where, and who asks.
#
#   portal.sh submit invoice.json     submit a document; prints its ID
#   portal.sh preview invoice.json    what it would become; nothing is stored or sent
#   portal.sh show ID                 one posting
#   portal.sh list state=error …      postings, one a line, all pages; filters as in docs/api.md
#   portal.sh wait ID                 until it is posted; fails where a person is needed
#   portal.sh retry ID                send one in error again
#   portal.sh synchronise AP_TERM     read an object from Sage Intacct; prints the run's ID
set -euo pipefail
url="${PORTAL_URL:-http://127.0.0.1:8000}/api/v1"

# ask METHOD ADDRESS [curl's options]: prints the answer; a refusal's words go to stderr, and end it.
ask() {
    local method="$1" address="$2" answer status
    shift 2
    answer="$(curl --silent --show-error --retry 5 --max-time 60 --request "$method" "$address" \
        --header "Authorization: Api-Key $PORTAL_KEY" --write-out '\n%{http_code}' "$@")"
    status="${answer##*$'\n'}"
    answer="${answer%$'\n'*}"
    if [ "$status" -ge 400 ]; then
        jq -r '"\(.status) \(.code): \(.detail) \(.next_step // "")", (.errors[] | "  \(.pointer): \(.detail)")' \
            <<<"$answer" >&2
        return 1
    fi
    printf '%s\n' "$answer"
}

send() { ask POST "$1" --header "Content-Type: application/json" --data-binary "@$2"; }

every_page() {
    local page next="$1"
    while [ "$next" != null ]; do
        page="$(ask GET "$next")"
        jq -r '.results[] | [.id, .number, .state] | @tsv' <<<"$page"
        next="$(jq -r .next <<<"$page")"
    done
}

wait_for() {
    local posting state
    while true; do
        posting="$(ask GET "$url/postings/$1/")"
        state="$(jq -r .state <<<"$posting")"
        case "$state" in
            posted) jq -r '.documents[] | "\(.object) \(.record_no)"' <<<"$posting"; return 0 ;;
            error | cancelled) jq -r '"\(.state): \(.problem.detail // "") \(.problem.next_step // "")"' <<<"$posting" >&2; return 1 ;;
        esac
        sleep "${PORTAL_PAUSE:-5}"
    done
}

command="${1:-}"
shift || true
case "$command" in
    submit) posting="$(send "$url/postings/" "$1")" && jq -r .id <<<"$posting" ;;
    preview) send "$url/postings/preview/" "$1" | jq . ;;
    show) ask GET "$url/postings/$1/" | jq . ;;
    list) every_page "$url/postings/?$(IFS='&'; echo "$*")" ;;
    wait) wait_for "$1" ;;
    retry) posting="$(ask POST "$url/postings/$1/retry/")" && jq -r .state <<<"$posting" ;;
    synchronise)
        run="$(ask POST "$url/synchronisations/" --json "{\"object\": \"$1\"}")" && jq -r .id <<<"$run" ;;
    *) sed -n '4,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
