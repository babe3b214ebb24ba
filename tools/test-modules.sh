#!/usr/bin/env bash
# Usage: test-modules.sh [FLAG ...] FOLDER ...: go test -json in each module, for gotestsum, which reads the events of all as
# one run. Goes on when one module fails.

set -uo pipefail

flags=() status=0
for argument; do
	case $argument in
	-*) flags+=("$argument") ;;
	*) go -C "$argument" test -json "${flags[@]}" ./... || status=1 ;;
	esac
done
exit "$status"
