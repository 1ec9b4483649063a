#include "system.h"

/* What says which distribution it is: os-release and its older cousins. */

static const char ubuntu[] =
	"PRETTY_NAME=\"Ubuntu %s LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"%s\"\nVERSION=\"%s LTS (%s)\"\n"
	"VERSION_CODENAME=%s\nID=ubuntu\nID_LIKE=debian\nHOME_URL=\"https://www.ubuntu.com/\"\n"
	"SUPPORT_URL=\"https://help.ubuntu.com/\"\nBUG_REPORT_URL=\"https://bugs.launchpad.net/ubuntu/\"\n"
	"PRIVACY_POLICY_URL=\"https://www.ubuntu.com/legal/terms-and-policies/privacy-policy\"\nUBUNTU_CODENAME=%s\n";

static const char debian[] =
	"PRETTY_NAME=\"Debian GNU/Linux %s (%s)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"%s\"\nVERSION=\"%s (%s)\"\n"
	"VERSION_CODENAME=%s\nID=debian\nHOME_URL=\"https://www.debian.org/\"\nSUPPORT_URL=\"https://www.debian.org/"
	"support\"\n"
	"BUG_REPORT_URL=\"https://bugs.debian.org/\"\n";

static const char alpine[] = "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=%s\nPRETTY_NAME=\"Alpine Linux v%s\"\n"
			     "HOME_URL=\"https://alpinelinux.org/\"\nBUG_REPORT_URL=\"https://gitlab.alpinelinux.org/"
			     "alpine/aports/-/issues\"\n";

static const char fedora[] =
	"NAME=\"Fedora Linux\"\nVERSION=\"%s (Cloud Edition)\"\nID=fedora\nVERSION_ID=%s\nVERSION_CODENAME=\"\"\n"
	"PLATFORM_ID=\"platform:f%s\"\nPRETTY_NAME=\"Fedora Linux %s (Cloud "
	"Edition)\"\nANSI_COLOR=\"0;38;2;60;110;180\"\n"
	"LOGO=fedora-logo-icon\nCPE_NAME=\"cpe:/o:fedoraproject:fedora:%s\"\nDEFAULT_HOSTNAME=\"fedora\"\n"
	"HOME_URL=\"https://fedoraproject.org/\"\nSUPPORT_URL=\"https://ask.fedoraproject.org/\"\n"
	"BUG_REPORT_URL=\"https://bugzilla.redhat.com/\"\nVARIANT=\"Cloud Edition\"\nVARIANT_ID=cloud\n";

static const char arch[] =
	"NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\nANSI_COLOR=\"38;2;23;147;209\"\n"
	"HOME_URL=\"https://archlinux.org/\"\nDOCUMENTATION_URL=\"https://wiki.archlinux.org/\"\n"
	"SUPPORT_URL=\"https://bbs.archlinux.org/\"\nBUG_REPORT_URL=\"https://gitlab.archlinux.org/groups/archlinux/-/"
	"issues\"\n"
	"LOGO=archlinux-logo\n";

void make_release(struct build *b)
{
	static const char path[] = "/usr/lib/os-release";
	const struct release *r = b->release;
	const char *version = r->version, *full = r->full, *code = r->codename;
	struct tree *tree = b->tree;
	int64_t time = b->installed;

	switch (r->os) {
	case OS_UBUNTU:
		tree_print(tree, path, time, ubuntu, full, version, full, r->name, code, code);
		tree_print(tree, "/etc/lsb-release", time,
			   "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=%s\nDISTRIB_CODENAME=%s\nDISTRIB_DESCRIPTION=\"Ubuntu "
			   "%s LTS\"\n",
			   version, code, full);
		tree_print(tree, "/etc/debian_version", time, "%s\n",
			   version[1] == '4'   ? "trixie/sid"
			   : version[1] == '2' ? "bookworm/sid"
					       : "bullseye/sid");
		tree_print(tree, "/etc/issue", time, "Ubuntu %s LTS \\n \\l\n\n", full);
		break;
	case OS_DEBIAN:
		tree_print(tree, path, time, debian, version, code, version, version, code, code);
		tree_print(tree, "/etc/debian_version", time, "%s\n", full);
		tree_print(tree, "/etc/issue", time, "Debian GNU/Linux %s \\n \\l\n\n", version);
		break;
	case OS_ALPINE:
		tree_print(tree, path, time, alpine, full, version);
		tree_print(tree, "/etc/alpine-release", time, "%s\n", full);
		tree_print(tree, "/etc/issue", time, "Welcome to Alpine Linux %s\nKernel \\r on an \\m (\\l)\n\n",
			   version);
		break;
	case OS_FEDORA:
		tree_print(tree, path, time, fedora, version, version, version, version, version);
		tree_print(tree, "/etc/fedora-release", time, "Fedora release %s (%s)\n", version, r->name);
		tree_link(tree, "/etc/redhat-release", "fedora-release", time);
		tree_link(tree, "/etc/system-release", "fedora-release", time);
		tree_print(tree, "/etc/issue", time, "\\S\nKernel \\r on an \\m (\\l)\n\n");
		break;
	default:
		tree_print(tree, path, time, "%s", arch);
		tree_print(tree, "/etc/arch-release", time, "%s", "");
		tree_print(tree, "/etc/issue", time, "Arch Linux \\r (\\l)\n\n");
	}
	tree_link(tree, "/etc/os-release", "../usr/lib/os-release", time);
}
