#!/usr/bin/env bash
# Writes the report as a comment on the pull request, or replaces the one that is there: found by its first line, and
# only among comments of the same author, so that nobody can have theirs replaced.
set -euo pipefail
mark='<!-- tokenfare:diff -->'
body="${RUNNER_TEMP:-/tmp}/tokenfare-comment.md"
# A comment holds 65,536 characters at most.
head -c 60000 "$REPORT" > "$body"
if [ "$(wc -c < "$REPORT")" -gt 60000 ]; then printf '\n\n… cut off; the whole comparison is in the summary of the run.\n' >> "$body"; fi
author="$(gh api user --jq .login 2>/dev/null || echo 'github-actions[bot]')"
existing="$(gh api "repos/$REPOSITORY/issues/$NUMBER/comments" --paginate --jq ".[] | select(.user.login == \"$author\") | select(.body | startswith(\"$mark\")) | .id" | head -n 1)"
if [ -n "$existing" ]; then
  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$existing" --field body=@"$body" --silent
else
  gh api --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --field body=@"$body" --silent
fi
