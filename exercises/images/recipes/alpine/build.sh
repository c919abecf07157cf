#!/bin/sh
# build.sh UNPACKED OUT lays out a root filesystem around Debian's static
# busybox, with the users, groups and commands that Alpine has.
set -eu
all=$1 out=$2
mkdir -p "$out/bin" "$out/sbin" "$out/usr/bin" "$out/usr/sbin" "$out/usr/local/bin" \
    "$out/etc/ssl/certs" "$out/home" "$out/lib" "$out/opt" "$out/proc" "$out/srv" \
    "$out/sys" "$out/dev" "$out/run" "$out/var/log" "$out/var/cache"
mkdir -m 0700 "$out/root"
mkdir -m 1777 "$out/tmp" "$out/var/tmp"
find "$all" -name busybox -type f -exec cp {} "$out/bin/busybox" \;
chmod 0755 "$out/bin/busybox"
# Package managers of other systems are in Debian's busybox; Alpine has none.
"$out/bin/busybox" --list | grep -vxE 'busybox|dpkg|dpkg-deb|rpm|rpm2cpio' | while read -r applet; do
    ln -s /bin/busybox "$out/bin/$applet"
done
cp "$(dirname "$0")"/bin/* "$out/usr/sbin/"
chmod 0755 "$out"/usr/sbin/*
ln -s adduser "$out/usr/sbin/addgroup"
ln -s /bin/busybox "$out/usr/bin/env"
cp "$(dirname "$0")/os-release" "$out/etc/os-release"
find "$all/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$out/etc/ssl/certs/ca-certificates.crt"
ln -s certs/ca-certificates.crt "$out/etc/ssl/cert.pem"
cat >"$out/etc/passwd" <<'EOF'
root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
EOF
cat >"$out/etc/group" <<'EOF'
root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
users:x:100:
nogroup:x:65533:
nobody:x:65534:
EOF
printf 'root:*::0:::::\nnobody:!::0:::::\n' >"$out/etc/shadow"
chmod 0640 "$out/etc/shadow"
printf '/bin/sh\n/bin/ash\n' >"$out/etc/shells"
printf 'hosts: files dns\n' >"$out/etc/nsswitch.conf"
