# Sourced by what builds for Debian 13 on a Debian 12 machine: a chroot that holds its compilers and packages.
# $VM: the folder where everything is kept between runs (default build/vm).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VM=${VM:-$here/build/vm}
TRIXIE=${TRIXIE:-$VM/trixie}
mkdir -p "$VM"

# The mirror that this machine's own apt uses: no host name is written here.
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | grep -v updates | head -1
}

say() {
	printf '%4d s  %s\n' "$SECONDS" "$*"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

need_packages() {
	local missing=() p
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
	done
	[ ${#missing[@]} -eq 0 ] && return
	say "installing ${missing[*]}"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Run a command inside, in mounts of its own that end with it.
in_trixie() {
	as_root unshare -m sh -c '
		root=$1; shift
		mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
		mkdir -p "$root/source" "$root/out"
		mount --bind "$SOURCE" "$root/source"; mount --bind "$OUT" "$root/out"
		[ ! -e /etc/resolv.conf ] || cat /etc/resolv.conf >"$root/etc/resolv.conf"
		cat /etc/hosts >"$root/etc/hosts"
		exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive TERM=dumb "$@"' sh "$TRIXIE" "$@"
}

make_trixie() {
	need_packages debootstrap
	if [ ! -e "$TRIXIE/.whole" ]; then
		say "Debian 13 as a chroot"
		as_root rm -rf "$TRIXIE"
		as_root debootstrap --variant=minbase trixie "$TRIXIE" "$(mirror)" >"$VM/debootstrap.log" 2>&1 ||
			{ tail "$VM/debootstrap.log" >&2; exit 1; }
		# The host's apt settings (a proxy, a certificate) hold inside too.
		as_root cp -r /etc/apt/apt.conf.d/. "$TRIXIE/etc/apt/apt.conf.d/"
		as_root touch "$TRIXIE/.whole"
	fi
}
