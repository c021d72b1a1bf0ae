#!/usr/bin/env bash
# What a `run:` step usually has instead of an action: curl, jq and a loop that sleeps.
set -euo pipefail

tasks="$API_URL/agents/repos/$REPOSITORY/tasks"

api() {
  curl --silent --show-error --fail --retry 2 \
    -H "Authorization: Bearer $TOKEN" \
    -H "Accept: application/vnd.github+json" \
    -H "X-GitHub-Api-Version: 2022-11-28" \
    "$@"
}

body=$(jq -n --arg prompt "$PROMPT" '{prompt: $prompt, create_pull_request: true}')
task_id=$(api -H "Content-Type: application/json" -d "$body" "$tasks" | jq -r .id)
echo "task_id=$task_id" >>"$GITHUB_OUTPUT"

state=queued
for _ in $(seq 150); do
  sleep "${INTERVAL_SECONDS:-30}"
  state=$(api "$tasks/$task_id" | jq -r .state)
  echo "$state"
  case "$state" in
    completed | failed | timed_out | cancelled) break ;;
  esac
done

echo "state=$state" >>"$GITHUB_OUTPUT"
[ "$state" = completed ]
