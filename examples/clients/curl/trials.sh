#!/bin/sh
# Prints the trials in public bodies, each with its source row.
#
#   ./trials.sh      LIONROCK_URL is the address of the gateway (default http://127.0.0.1:4000/graphql)
#
# Needs curl 7.82 or newer, and jq.
set -eu
url=${LIONROCK_URL:-http://127.0.0.1:4000/graphql}

# The `$` belong to the query.
# shellcheck disable=SC2016
query='query Trials($after: String) {
  itf {
    trialProjects(first: 5, after: $after) {
      nodes { reference title { en } applicant { name { en zhHant } } provenance { row dataset { plan } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}'

after=null
while [ -n "$after" ]; do
  response=$(jq --null-input --arg query "$query" --argjson after "$after" '{$query, variables: {$after}}' \
    | curl --silent --show-error --json @- "$url")
  printf '%s' "$response" | jq --raw-output '
    if .errors then [.errors[].message] | join("; ") | halt_error(1) else .data.itf.trialProjects.nodes[] end
    | [.reference // "-", .title.en // "-", .applicant.name.en // .applicant.name.zhHant // "-", "\(.provenance.dataset.plan) row \(.provenance.row)"]
    | @tsv'
  after=$(printf '%s' "$response" | jq '.data.itf.trialProjects.pageInfo | if .hasNextPage then .endCursor else empty end')
done
