#include "project.h"

#define X NULL
#define GPL2 "GPL-2.0-or-later"
#define GPL3 "GPL-3.0-or-later"
#define LGPL "LGPL-2.1-or-later"
#define MIT "MIT"
#define BSD "BSD-3-Clause"

const struct project project_base[] = {
	/* What makes a system of each distribution, in an order in which needs come first. */
	{"baselayout", {"base-files", "filesystem", "alpine-baselayout", "filesystem"}, "12.2", GPL2, "admin",
	 "base system files and directories", ""},
	{"baselayout-data", {"base-passwd", "setup", "alpine-baselayout-data", "iana-etc"}, "3.5.52", GPL2, "admin",
	 "system accounts and configuration files", ""},
	{"release", {X, "fedora-release-cloud", "alpine-release", X}, "1.0", MIT, "admin", "release files", ""},
	{"release-common", {X, "fedora-release-common", "alpine-keys", X}, "2.4", MIT, "admin",
	 "files common to all editions of a release", ""},
	{"tzdata", {"", "", X, ""}, "2024a", "LicenseRef-public-domain", "localization",
	 "time zone and daylight-saving data", ""},
	{"libc", {"libc6", "glibc", "musl", "glibc"}, "2.35", LGPL, "libs", "C library", ""},
	{"libc-bin", {"", "glibc-common", "musl-utils", X}, "2.35", LGPL, "libs", "C library's programs", "libc"},
	{"gcc-libs", {"libgcc-s1", "libgcc", X, "gcc-libs"}, "12.1.0", "GPL-3.0-or-later WITH GCC-exception-3.1",
	 "libs", "GCC support library", "libc"},
	{"busybox", {X, X, "", X}, "1.35.0", "GPL-2.0-only", "utils",
	 "size-optimized toolbox of common UNIX utilities", "libc"},
	{"busybox-binsh", {X, X, "", X}, "1.35.0", "GPL-2.0-only", "shells", "busybox as /bin/sh", "busybox"},
	{"zlib", {"zlib1g", "zlib", "zlib", "zlib"}, "1.2.13", "Zlib", "libs", "compression library", "libc"},
	{"crypto", {X, X, "libcrypto3", X}, "3.1.4", "Apache-2.0", "libs", "cryptography library of OpenSSL", "libc"},
	{"openssl", {"libssl3", "openssl-libs", "libssl3", "openssl"}, "3.1.4", "Apache-2.0", "libs",
	 "secure sockets layer toolkit, shared libraries", "libc crypto"},
	{"ncurses", {"libtinfo6", "ncurses-libs", X, "ncurses"}, "6.3", "X11", "libs",
	 "terminal handling library", "libc"},
	{"readline", {"libreadline8", "", X, ""}, "8.1", GPL3, "libs",
	 "GNU readline and history libraries", "libc ncurses"},
	{"bash", {"", "", X, ""}, "5.1.16", GPL3, "shells",
	 "GNU Bourne Again SHell", "baselayout libc ncurses readline"},
	{"dash", {"", X, X, X}, "0.5.11", BSD, "shells", "POSIX-compliant shell", "libc"},
	{"pcre2", {"libpcre2-8-0", "", X, ""}, "10.40", BSD, "libs",
	 "Perl compatible regular expressions, 8 bit", "libc"},
	{"selinux", {"libselinux1", "libselinux", X, X}, "3.4", "LicenseRef-public-domain", "libs",
	 "SELinux runtime library", "libc pcre2"},
	{"acl", {"libacl1", "libacl", X, "acl"}, "2.3.1", LGPL, "libs", "access control list library", "libc attr"},
	{"attr", {"libattr1", "libattr", X, "attr"}, "2.5.1", LGPL, "libs", "extended attribute library", "libc"},
	{"coreutils", {"", "", X, ""}, "9.1", GPL3, "utils", "GNU core utilities", "libc acl attr selinux openssl"},
	{"apk-tools", {X, X, "", X}, "2.14.0", "GPL-2.0-only", "admin",
	 "Alpine package keeper", "libc crypto openssl zlib"},
	{"dpkg", {"", X, X, X}, "1.21.9", GPL2, "admin", "Debian package management system", "libc zlib selinux tar"},
	{"tar", {"", "", X, ""}, "1.34", GPL3, "utils", "GNU version of the tar archiving utility", "libc acl selinux"},
	{"apt", {"", X, X, X}, "2.4.8", GPL2, "admin", "commandline package manager", "libc gcc-libs dpkg openssl"},
	{"rpm", {X, "", X, X}, "4.18.0", GPL2, "admin", "RPM package management system", "libc zlib openssl"},
	{"dnf", {X, "", X, X}, "4.14.0", GPL2, "admin", "package manager", "rpm"},
	{"pacman", {X, X, X, ""}, "6.0.2", GPL2, "admin", "library-based package manager with dependency support",
	 "bash libc openssl"},
	{"scanelf", {X, X, "", X}, "1.3.5", "GPL-2.0-only", "utils", "scan ELF binaries for stuff", "libc"},
};

const size_t project_base_count = sizeof project_base / sizeof *project_base;
