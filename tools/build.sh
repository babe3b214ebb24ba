# shellcheck shell=bash
# Building programs into .build/, with progress where it takes long.

: "${root:?the folder of the checkout}"

build=$root/.build

# The same settings for build, vet, lint and test, so that they share what the compiler has cached: with others the
# Temporal server would be compiled again for each. Without cgo the programs run on any Linux. Version control is not
# asked: it refuses a checkout that belongs to another user.
export CGO_ENABLED=0
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"

build_product() {
	build_relance
	build_servers
}

build_relance() { build_program relance "Relance" "$root" ./starter; }

build_servers() {
	build_program relance-worker "the worker" "$root" ./worker
	build_temporal
}

# Linking the Temporal server takes seconds even when nothing changed, so it is skipped while its sources are the same.
build_temporal() {
	build_stamped relance-temporal "the Temporal server (the first time 5 to 10 minutes)" "$root/devserver" .
}

build_linters() {
	build_tool golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	build_tool workflowcheck go.temporal.io/sdk/contrib/tools/workflowcheck
}

# build_tool NAME PACKAGE: a development tool of the version that tools/NAME/go.mod pins.
build_tool() { build_stamped "tools/$1" "$1" "$root/tools/$1" "$2"; }

# build_stamped OUTPUT NAME MODULE PACKAGE: builds unless the sources of the module and Go are those of the last build.
build_stamped() {
	local stamp=$build/$1.stamp now
	now=$(sources_of "$3")
	if [[ -x $build/$1 && -f $stamp && $(<"$stamp") == "$now" ]]; then
		return
	fi
	build_program "$@"
	printf '%s\n' "$now" >"$stamp"
}

sources_of() {
	go version
	(cd "$1" && find . -type f ! -name '*_test.go' ! -path '*/testdata/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

# build_program OUTPUT NAME MODULE PACKAGE
build_program() {
	local output=$build/$1 name=$2 module=$3 package=$4
	mkdir -p "${output%/*}" 2>/dev/null || true
	[[ -w ${output%/*} ]] ||
		die "$(id -un 2>/dev/null || echo "user $EUID") may not write to ${output%/*}, where $name is built. Run this as $(owner_of "$build"), or in a checkout of your own."
	go -C "$module" build -v -ldflags='-s -w' -o "$output" "$package" 2>&1 | show_build "$name" "$module" "$package" ||
		die "building $name failed."
}

# owner_of FOLDER: who owns the folder, or the one it would be made in.
owner_of() { stat -c %U "$1" 2>/dev/null || stat -c %U "${1%/*}"; }

# show_build NAME MODULE PACKAGE: reads what go build -v says: a line per package compiled, and whatever is wrong. A build
# that is done at once stays silent; a longer one says every few seconds how far it is.
show_build() {
	local start=$SECONDS next=$((SECONDS + 3)) compiled=0 downloaded=0 total='' line
	while true; do
		# The time limit lets the clock go on while one large package compiles.
		if IFS= read -r -t 1 line; then
			case $line in
			'go: downloading '*) downloaded=$((downloaded + 1)) ;;
			*[!a-zA-Z0-9._/~+-]*) say "$line" ;;
			*) compiled=$((compiled + 1)) ;;
			esac
		elif (($? <= 128)); then
			break # the end of the output, not of the time
		fi
		if ((SECONDS >= next)); then
			if [[ -z $total ]]; then
				say "Building $1 ..."
				total=$(go -C "$2" list -deps "$3" 2>/dev/null | wc -l)
			fi
			say_progress "  $(as_time $((SECONDS - start))): $(build_progress)"
			next=$((SECONDS + 5))
		fi
	done
	[[ -z $total ]] || say_done "  done in $(as_time $((SECONDS - start)))"
}

# build_progress uses the counters of show_build. Packages that are cached already are part of the total and never come.
build_progress() {
	if ((compiled == 0 && downloaded > 0)); then
		printf '%d modules downloaded' "$downloaded"
	elif ((compiled == 0)); then
		printf 'preparing'
	else
		printf '%d of at most %d packages compiled' "$compiled" "$total"
	fi
}
