# shellcheck shell=bash
# What the machine must have: Go, and programs from Debian packages.

: "${root:?the folder of the checkout}"

# One line per need: a program (by name, or by a path pattern) and the Debian package that brings it.
run_packages=(
	"/usr/lib/postgresql/*/bin/initdb postgresql"
)
# shellcheck disable=SC2034 # used by ./relance
test_packages=(
	"pdftotext poppler-utils"
	"${run_packages[@]}"
)

require_go() {
	if ! command -v go >/dev/null && [[ -x /usr/local/go/bin/go ]]; then
		PATH=$PATH:/usr/local/go/bin
	fi
	local needed
	needed=$(awk '$1 == "go" { print $2; exit }' "$root/go.mod")
	command -v go >/dev/null ||
		die "Go $needed or newer is not installed. Get it from https://go.dev/dl/, unpack it to /usr/local/go and run this again."
	# Outside of the module, so that an older Go answers instead of refusing go.mod. An older Go that may fetch a newer
	# one by itself is new enough; before 1.21 none could, and the question where from is answered with nothing.
	local installed toolchain
	installed=$(cd / && go env GOVERSION) toolchain=$(cd / && go env GOTOOLCHAIN)
	installed=${installed#go}
	if [[ $toolchain != *auto && $(printf '%s\n' "$needed" "$installed" | sort -V | head -n 1) != "$needed" ]]; then
		die "Go $needed or newer is needed, and this is Go $installed. Get a newer one from https://go.dev/dl/."
	fi
}

has_program() {
	case $1 in
	*/initdb) compgen -G "$1" >/dev/null || command -v initdb >/dev/null ;;
	*/*) compgen -G "$1" >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# install_packages "PROGRAM PACKAGE"...: installs the packages whose program is missing.
install_packages() {
	local need missing=()
	for need in "$@"; do
		has_program "${need% *}" || missing+=("${need##* }")
	done
	((${#missing[@]})) || return 0

	command -v apt-get >/dev/null ||
		die "please install ${missing[*]} with the package manager of this system (the server programs), then run this again."
	local as_root=()
	if ((EUID != 0)); then
		command -v sudo >/dev/null ||
			die "missing on this machine: ${missing[*]}, and there is no sudo. Please have root run
    $(by_hand "" "${missing[@]}")
and then run this again."
		sudo -n true 2>/dev/null ||
			die "missing on this machine: ${missing[*]}, and sudo asks for a password. Please run
    $(by_hand "sudo " "${missing[@]}")
and then this again."
		as_root=(sudo -n)
	fi
	say "Installing the Debian packages ${missing[*]} (once) ..."
	debian_install "${missing[@]}"
	for need in "$@"; do
		has_program "${need% *}" || die "the Debian package ${need##* } is installed, and still there is no ${need% *}."
	done
}

# by_hand PREFIX PACKAGE...: the command by which a person installs packages.
by_hand() { printf '%sapt-get update && %sapt-get install -y --no-install-recommends %s' "$1" "$1" "${*:2}"; }

# debian_install PACKAGE...: uses as_root of its caller. Lists that cannot be renewed are no reason to give up: one broken
# source of a machine is enough for that, and the packages may be known all the same. A new machine updates itself when
# it starts, so we wait for the lock of dpkg.
debian_install() {
	local log
	log=$(mktemp)
	# Also when a person interrupts the installation.
	trap 'with_debian_cluster; rm -f "$log"' EXIT
	without_debian_cluster
	"${as_root[@]}" apt-get update -q >"$log" 2>&1 || say "apt-get update failed; trying with what it knew before."
	if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "$@" >>"$log" 2>&1; then
		local sudo=''
		((EUID == 0)) || sudo='sudo '
		tail -n 20 "$log" >&2
		die "apt-get could not install $*; what it said stands above. Please see to it that this works:
    $(by_hand "$sudo" "$@")
and then run this again."
	fi
	trap - EXIT
	with_debian_cluster
	rm -f "$log"
}

# The package would create and start a database server of its own. Relance runs its private one, and leaves the machine
# without a second. Only during the installation: it is the machine's owner who decides afterwards.
cluster_conf=/etc/postgresql-common/createcluster.d/relance.conf

without_debian_cluster() {
	"${as_root[@]}" mkdir -p "${cluster_conf%/*}"
	"${as_root[@]}" tee "$cluster_conf" >/dev/null <<<"create_main_cluster = false"
}

with_debian_cluster() {
	"${as_root[@]}" rm -f "$cluster_conf"
	"${as_root[@]}" rmdir --ignore-fail-on-non-empty "${cluster_conf%/*}"
}
