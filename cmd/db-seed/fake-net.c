#include "fakes.h"

static char *put_example(char *out, struct rng *rng)
{
	static const char *const domains[] = { "example.com", "example.net", "example.org" };

	return put_text(out, domains[below(rng, 3)]);
}

char *fake_domain(char *out, struct rng *rng)
{
	unsigned form = below(rng, 4);

	out = put_lower(out, any_of(&words_company_names, rng));
	if (form == 0) {
		*out++ = '.';
		return put_example(out, rng);
	}
	if (form > 1) {
		*out++ = '-';
		out = put_lower(out, any_of(&words_businesses, rng));
	}
	return put_text(out, ".example");
}

char *fake_hostname(char *out, struct rng *rng)
{
	out = put_any(out, &words_host_kinds, rng);
	*out++ = '-';
	put_pair(out, 1 + below(rng, 99));
	out += 2;
	*out++ = '.';
	out = put_any(out, &words_sites, rng);
	*out++ = '.';
	return put_example(out, rng);
}

char *fake_url(char *out, struct rng *rng)
{
	unsigned segments = 1 + below(rng, 3);

	out = put_text(out, "https://");
	if (below(rng, 2))
		out = put_text(out, "www.");
	out = fake_domain(out, rng);
	for (unsigned i = 0; i < segments; i++) {
		*out++ = '/';
		out = put_any(out, &words_english, rng);
	}
	return out;
}

char *fake_filename(char *out, struct rng *rng)
{
	out = put_any(out, &words_english, rng);
	if (below(rng, 2)) {
		*out++ = '-';
		out = put_any(out, &words_english, rng);
	}
	*out++ = '.';
	return put_any(out, &words_extensions, rng);
}

char *fake_path(char *out, struct rng *rng)
{
	unsigned depth = 1 + below(rng, 2);

	out = put_any(out, &words_directories, rng);
	*out++ = '/';
	for (unsigned i = 0; i < depth; i++) {
		out = put_any(out, &words_english, rng);
		*out++ = '/';
	}
	return fake_filename(out, rng);
}

static char *put_chromium(char *out, struct rng *rng, const char *const *systems, size_t nsystems)
{
	unsigned version = 100 + below(rng, 36);

	out = put_text(out, "Mozilla/5.0 (");
	out = put_text(out, systems[below(rng, nsystems)]);
	out = put_text(out, ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/");
	out = put_number(out, version);
	out = put_text(out, ".0.0.0 Safari/537.36");
	if (below(rng, 4))
		return out;
	out = put_text(out, " Edg/");
	out = put_number(out, version);
	return put_text(out, ".0.0.0");
}

static char *put_firefox(char *out, struct rng *rng, const char *const *systems, size_t nsystems)
{
	unsigned version = 100 + below(rng, 36);

	out = put_text(out, "Mozilla/5.0 (");
	out = put_text(out, systems[below(rng, nsystems)]);
	out = put_text(out, "; rv:");
	out = put_number(out, version < 120 && version > 109 ? 109 : version); /* as it was then */
	out = put_text(out, ".0) Gecko/20100101 Firefox/");
	out = put_number(out, version);
	return put_text(out, ".0");
}

static char *put_safari(char *out, struct rng *rng)
{
	out = put_text(out, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/");
	out = put_number(out, 15 + below(rng, 4));
	*out++ = '.';
	out = put_number(out, below(rng, 7));
	return put_text(out, " Safari/605.1.15");
}

char *fake_user_agent(char *out, struct rng *rng)
{
	static const char *const systems[] = { "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64" };
	static const char *const firefox[] = { "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10.15",
					       "X11; Linux x86_64", "X11; Ubuntu; Linux x86_64" };
	unsigned form = below(rng, 10);

	if (form < 6)
		return put_chromium(out, rng, systems, 3);
	if (form < 8)
		return put_firefox(out, rng, firefox, 4);
	if (form < 9)
		return put_safari(out, rng);
	out = put_text(out, "curl/8.");
	out = put_number(out, below(rng, 12));
	return put_text(out, below(rng, 2) ? ".0" : ".1");
}

char *fake_semver(char *out, struct rng *rng)
{
	out = put_number(out, below(rng, 13));
	*out++ = '.';
	out = put_number(out, below(rng, 41));
	*out++ = '.';
	return put_number(out, below(rng, 21));
}
