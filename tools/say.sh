# shellcheck shell=bash
# Words to the person at the terminal. All on standard error: the output of a command stays clean for pipes.

say() { printf '%s\n' "$*" >&2; }

# say_progress: a line that the next one replaces, on a terminal; in a log each stays.
say_progress() {
	if [[ -t 2 ]]; then
		printf '\r\033[K%s' "$*" >&2
	else
		say "$*"
	fi
}

# say_done: the last line of a progress.
say_done() {
	say_progress "$*"
	[[ ! -t 2 ]] || say
}

die() {
	say "relance: $*"
	exit 1
}

# as_time SECONDS: "1 min 05 s"
as_time() {
	if (($1 < 60)); then
		printf '%d s' "$1"
	else
		printf '%d min %02d s' $(($1 / 60)) $(($1 % 60))
	fi
}
