# shellcheck shell=bash
# The linters and the tests.

: "${root:?the folder of the checkout}"
: "${build:?the folder of the programs}"

# The product, and the modules that keep their dependencies out of it.
modules=()
for module in . devserver bench; do
	[[ ! -f $root/$module/go.mod ]] || modules+=("$root/$module")
done

# lint runs every linter even when one finds something, and fails if any did.
lint() {
	local module failed=0
	lint_format || failed=1
	for module in "${modules[@]}"; do
		step "go vet" "$module" go -C "$module" vet ./... || failed=1
		step "golangci-lint" "$module" in_folder "$module" "$build/tools/golangci-lint" run --allow-parallel-runners --config "$root/.golangci.yml" ./... || failed=1
	done
	step "workflowcheck" "$root" in_folder "$root" "$build/tools/workflowcheck" -config "$root/.workflowcheck.yml" ./workflows/... || failed=1
	return "$failed"
}

lint_format() {
	local unformatted
	unformatted=$(cd "$root" && find . -name '*.go' -not -path './.*' -print0 | xargs -0 gofmt -l)
	[[ -n $unformatted ]] || return 0
	say "Not formatted; run gofmt -w on:" "$unformatted"
	return 1
}

# step NAME MODULE COMMAND...: runs a linter and says which one found something where.
step() {
	local name=$1 module=$2
	shift 2
	say "$name in $(realpath --relative-to="$root" "$module") ..."
	"$@" >&2 || {
		say "$name has something to say; see above."
		return 1
	}
}

in_folder() (
	cd "$1" && shift && "$@"
)

# run_tests [ARGS]: with arguments go test in the product's module; without, all linters and all tests of all modules.
run_tests() {
	build_temporal
	build_tool gotestsum gotest.tools/gotestsum
	if (($#)); then
		interruptible in_folder "$root" "$build/tools/gotestsum" --format pkgname --format-hide-empty-pkg -- "$@"
		return
	fi
	build_product
	build_linters
	local failed=0
	lint || failed=1
	((failed == 0)) || say "The linters found something, so this run fails; the tests run all the same."
	# One run over all modules, so that one summary counts everything, and comes last. Tests start programs that the test
	# cache does not see, hence none of its results.
	interruptible in_folder "$root" "$build/tools/gotestsum" --format pkgname --format-hide-empty-pkg --raw-command -- \
		bash "$root/tools/test-modules.sh" -count=1 -timeout=30m "${modules[@]}" || failed=1
	return "$failed"
}

# interruptible COMMAND...: runs a command in a process group of its own and takes the whole group along when we are told
# to end. Otherwise bash would wait for the command first, and a killed test run would go on in the background.
interruptible() {
	local group status=0
	set -m
	"$@" &
	group=$!
	set +m
	trap 'kill -TERM -- "-$group" 2>/dev/null' INT TERM
	wait "$group" || status=$?
	# A signal ends the wait, not yet the group.
	if kill -0 -- "-$group" 2>/dev/null; then
		wait "$group" || status=$?
	fi
	trap - INT TERM
	return "$status"
}
