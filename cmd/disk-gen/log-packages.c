#include <time.h>

#include "package.h"

/* What package managers log. apk keeps no log. */

static void line(const struct build *b, FILE *out, const struct package *p)
{
	const char *arch = p->any ? "all" : "amd64";
	time_t moment = (time_t)p->installed;
	struct tm tm;
	char text[64];

	if (!gmtime_r(&moment, &tm))
		return;
	if (b->family == FAMILY_DEB)
		strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
	else
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+0000", &tm);
	if (b->family == FAMILY_DEB)
		fprintf(out, "%s install %s:%s <none> %s\n%s status installed %s:%s %s\n", text, p->name, arch,
			p->full, text, p->name, arch, p->full);
	else if (b->family == FAMILY_RPM)
		fprintf(out, "%s SUBDEBUG Installed: %s-%s-%s.%s\n", text, p->name, p->version, p->full,
			p->any ? "noarch" : "x86_64");
	else
		fprintf(out, "[%s] [ALPM] installed %s (%s)\n", text, p->name, p->full);
}

void log_packages(struct build *b, const struct packages *packages, uint64_t lines)
{
	static const char *const path[FAMILY_COUNT] = {"/var/log/dpkg.log", "/var/log/dnf.rpm.log", NULL,
						       "/var/log/pacman.log"};
	struct text text;

	if (!path[b->family])
		return;
	if (b->family == FAMILY_DEB)
		lines /= 2;
	text_open(&text);
	for (size_t i = packages->n > lines ? packages->n - (size_t)lines : 0; i < packages->n; i++)
		line(b, text.stream, &packages->package[i]);
	tree_text(b->tree, path[b->family], 0644, packages->package[packages->n - 1].installed, &text);
}
