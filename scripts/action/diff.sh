#!/usr/bin/env bash
# Compares with BASE and leaves the Markdown, its path and the exit code for the steps that follow.
set -uo pipefail
report="${RUNNER_TEMP:-/tmp}/tokenfare-diff.md"
if [ -n "${COMMAND:-}" ]; then read -r -a command <<< "$COMMAND"; else command=(npx --yes "tokenfare@${VERSION:?}"); fi
flags=(--format markdown --out "$report" --fail-on "${FAIL_ON:-error}")
[ -n "${MAX_INCREASE:-}" ] && flags+=(--max-increase "$MAX_INCREASE")
[ "${FAIL_OVER_BUDGET:-false}" = true ] && flags+=(--fail-over-budget)
[ -n "${CURRENCY:-}" ] && flags+=(--currency "$CURRENCY")
# Paths are words, not patterns.
set -f
read -r -a paths <<< "${PATHS:-}"
# HEAD is what was checked out: the pull request merged into its base.
"${command[@]}" diff "$BASE" HEAD ${paths[@]+"${paths[@]}"} "${flags[@]}"
code=$?
echo "code=$code" >> "$GITHUB_OUTPUT"
if [ -f "$report" ]; then
  echo "report=$report" >> "$GITHUB_OUTPUT"
  [ -n "${GITHUB_STEP_SUMMARY:-}" ] && cat "$report" >> "$GITHUB_STEP_SUMMARY"
fi
# 0 and 1 are results, which the last step turns into the outcome; the comment is written first.
[ "$code" -le 1 ]
