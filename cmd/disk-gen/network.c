#include "rng.h"
#include "system.h"

/* Addresses are from TEST-NET-1 (RFC 5737), hosts below example.org (RFC 2606). */

static void interfaces(struct build *b, unsigned host)
{
	if (host)
		tree_print(b->tree, "/etc/network/interfaces", b->installed,
			   "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n\taddress "
			   "192.0.2.%u/24\n\tgateway 192.0.2.1\n",
			   host);
	else
		tree_print(b->tree, "/etc/network/interfaces", b->installed,
			   "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n");
}

void make_network(struct build *b)
{
	uint64_t key = rng_key(b->image->key, "network");
	unsigned host = rng_at(key, 0) % 3 ? 10 + (unsigned)rng_reduce(rng_at(key, 1), 240) : 0; /* 0: by DHCP */
	char address[64] = "";
	struct node *node = NULL;

	if (host)
		snprintf(address, sizeof address, "192.0.2.%u", host);
	switch (b->image->os) {
	case OS_UBUNTU:
		if (host)
			node = tree_print(b->tree, "/etc/netplan/50-cloud-init.yaml", b->installed,
					  "network:\n  version: 2\n  ethernets:\n    eth0:\n      addresses: [%s/24]\n "
					  "     routes:\n"
					  "        - to: default\n          via: 192.0.2.1\n      nameservers:\n       "
					  " addresses: [192.0.2.53]\n",
					  address);
		else
			node = tree_print(b->tree, "/etc/netplan/50-cloud-init.yaml", b->installed,
					  "network:\n  version: 2\n  ethernets:\n    eth0:\n      dhcp4: true\n");
		break;
	case OS_DEBIAN:
	case OS_ALPINE:
		interfaces(b, host);
		break;
	case OS_FEDORA: {
		char uuid[UUID_ROOM];

		image_uuid(b->image, "connection", uuid);
		node = tree_print(b->tree, "/etc/NetworkManager/system-connections/eth0.nmconnection", b->installed,
				  "[connection]\nid=eth0\nuuid=%s\ntype=ethernet\ninterface-name=eth0\n\n[ipv4]\n%s%s%"
				  "s\n[ipv6]\nmethod=auto\n",
				  uuid, host ? "method=manual\naddress1=" : "method=auto\n", address,
				  host ? "/24,192.0.2.1\n" : "");
		break;
	}
	default:
		tree_print(b->tree, "/etc/systemd/network/20-wired.network", b->installed,
			   "[Match]\nName=eth0\n\n[Network]\n%s%s%s", host ? "Address=" : "DHCP=yes\n", address,
			   host ? "/24\nGateway=192.0.2.1\nDNS=192.0.2.53\n" : "");
	}
	if (node)
		node->mode = 0600;
	tree_print(b->tree, "/etc/resolv.conf", b->installed, "search example.org\nnameserver 192.0.2.53\n");
	tree_print(b->tree, "/etc/hostname", b->installed, "%s\n", b->hostname);
	tree_print(b->tree, "/etc/hosts", b->installed,
		   "127.0.0.1\tlocalhost\n%s\t%s.example.org %s\n\n::1\tlocalhost ip6-localhost "
		   "ip6-loopback\nff02::1\tip6-allnodes\n"
		   "ff02::2\tip6-allrouters\n",
		   host ? address : "127.0.1.1", b->hostname, b->hostname);
}

static void apt_directories(struct build *b)
{
	static const char *const paths[] = {"/etc/apt/apt.conf.d", "/etc/apt/preferences.d", "/etc/apt/sources.list.d",
					    "/etc/apt/trusted.gpg.d"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		tree_directory(b->tree, paths[i], 0755, b->installed);
	/* As in the distributions' own images of little size. */
	tree_print(b->tree, "/etc/dpkg/dpkg.cfg.d/excludes", b->installed, "path-exclude=/usr/share/doc/*\n");
}

void make_repositories(struct build *b)
{
	const char *code = b->release->codename, *version = b->release->version;

	if (b->family == FAMILY_DEB)
		apt_directories(b);

	switch (b->image->os) {
	case OS_UBUNTU:
		tree_print(b->tree, "/etc/apt/sources.list", b->installed,
			   "deb http://packages.example.org/ubuntu %s main restricted universe\n"
			   "deb http://packages.example.org/ubuntu %s-updates main restricted universe\n"
			   "deb http://security.example.org/ubuntu %s-security main restricted universe\n",
			   code, code, code);
		break;
	case OS_DEBIAN:
		tree_print(b->tree, "/etc/apt/sources.list", b->installed,
			   "deb http://packages.example.org/debian %s main\ndeb http://packages.example.org/debian "
			   "%s-updates main\n"
			   "deb http://security.example.org/debian-security %s-security main\n",
			   code, code, code);
		break;
	case OS_ALPINE:
		tree_print(b->tree, "/etc/apk/repositories", b->installed,
			   "http://packages.example.org/alpine/v%s/main\nhttp://packages.example.org/alpine/v%s/"
			   "community\n",
			   version, version);
		tree_print(b->tree, "/etc/apk/arch", b->installed, "x86_64\n");
		break;
	case OS_FEDORA:
		tree_print(b->tree, "/etc/yum.repos.d/fedora.repo", b->installed,
			   "[fedora]\nname=Fedora $releasever - $basearch\n"
			   "baseurl=http://packages.example.org/fedora/releases/$releasever/Everything/$basearch/os/"
			   "\nenabled=1\ngpgcheck=1\n\n"
			   "[updates]\nname=Fedora $releasever - $basearch - Updates\n"
			   "baseurl=http://packages.example.org/fedora/updates/$releasever/Everything/$basearch/"
			   "\nenabled=1\ngpgcheck=1\n");
		tree_print(b->tree, "/etc/dnf/dnf.conf", b->installed,
			   "[main]\ngpgcheck=True\ninstallonly_limit=3\nclean_requirements_on_remove=True\n");
		break;
	default:
		tree_print(
			b->tree, "/etc/pacman.conf", b->installed,
			"[options]\nHoldPkg = pacman glibc\nArchitecture = auto\nSigLevel = Required "
			"DatabaseOptional\n\n"
			"[core]\nInclude = /etc/pacman.d/mirrorlist\n\n[extra]\nInclude = /etc/pacman.d/mirrorlist\n");
		tree_print(b->tree, "/etc/pacman.d/mirrorlist", b->installed,
			   "Server = http://packages.example.org/arch/$repo/os/$arch\n");
	}
}
