#include "fakes.h"

/* The letter that stands for a character of two bytes in addresses and user names, or 0. */
static char plain_letter(const char *character)
{
	static const char from[] = "ÁÂÃÄÅÇÉÍÓÖØÚÜŁŠŽáâãäåąçćčđéèêëęěíîïıłñńňóôöøõőřśšşúûüűýźżž";
	static const char to[] = "aaaaaceiooouulszaaaaaacccdeeeeeeiiiilnnnoooooorsssuuuuyzzz";

	_Static_assert(sizeof(from) - 1 == 2 * (sizeof(to) - 1), "a letter for each");
	for (size_t i = 0; i < sizeof(to) - 1; i++) {
		if (memcmp(from + 2 * i, character, 2) == 0)
			return to[i];
	}
	return 0;
}

/* A name as it is in an address: lower case, ASCII, without blanks and apostrophes. */
static char *put_plain(char *out, const char *name)
{
	while (*name) {
		unsigned char c = (unsigned char)*name;

		if (c < 0x80) {
			if (c >= 'A' && c <= 'Z')
				*out++ = (char)(c - 'A' + 'a');
			else if (c != ' ' && c != '\'')
				*out++ = (char)c;
			name++;
			continue;
		}
		*out = plain_letter(name);
		out += *out != 0;
		name += 2; /* the lists have no longer characters */
	}
	return out;
}

char *fake_person(char *out, struct rng *rng)
{
	out = put_any(out, &words_first_names, rng);
	*out++ = ' ';
	return put_any(out, &words_last_names, rng);
}

static char *put_first_and_last(char *out, struct rng *rng)
{
	out = put_plain(out, any_of(&words_first_names, rng));
	*out++ = '.';
	return put_plain(out, any_of(&words_last_names, rng));
}

char *fake_username(char *out, struct rng *rng)
{
	if (below(rng, 2))
		return put_first_and_last(out, rng);
	put_plain(out, any_of(&words_first_names, rng));
	out = put_plain(out + 1, any_of(&words_last_names, rng)); /* behind the initial */
	return put_number(out, 1 + below(rng, 99));
}

char *fake_email(char *out, struct rng *rng)
{
	out = put_first_and_last(out, rng);
	if (below(rng, 2))
		out = put_number(out, 1 + below(rng, 99));
	*out++ = '@';
	return fake_domain(out, rng);
}

/* A number of the North American plan, whose 555-0100 to 555-0199 are for fiction. */
char *fake_phone(char *out, struct rng *rng)
{
	unsigned area = 200 + 100 * below(rng, 8);
	unsigned rest = below(rng, 89); /* 00 to 89, but not 11 */

	out = put_text(out, "+1-");
	out = put_number(out, area + (rest < 11 ? rest : rest + 1));
	out = put_text(out, "-555-01");
	put_pair(out, below(rng, 100));
	return out + 2;
}

char *fake_company(char *out, struct rng *rng)
{
	unsigned form = below(rng, 4);

	if (form == 0) {
		out = put_any(out, &words_last_names, rng);
		out = put_text(out, " & ");
		return put_any(out, &words_last_names, rng);
	}
	out = put_any(out, &words_company_names, rng);
	*out++ = ' ';
	out = put_any(out, &words_businesses, rng);
	if (form > 1)
		return out;
	*out++ = ' ';
	return put_any(out, &words_company_kinds, rng);
}

char *fake_title(char *out, struct rng *rng)
{
	if (below(rng, 2)) {
		out = put_any(out, &words_levels, rng);
		*out++ = ' ';
	}
	return put_any(out, &words_roles, rng);
}

char *fake_street(char *out, struct rng *rng)
{
	out = put_number(out, 1 + below(rng, 999));
	*out++ = ' ';
	out = put_any(out, &words_streets, rng);
	*out++ = ' ';
	return put_any(out, &words_street_kinds, rng);
}

char *fake_postcode(char *out, struct rng *rng)
{
	return out + digits_put_padded(out, 1000 + below(rng, 99000), 5);
}

char *fake_product(char *out, struct rng *rng)
{
	out = put_any(out, &words_adjectives, rng);
	*out++ = ' ';
	out = put_any(out, &words_materials, rng);
	*out++ = ' ';
	return put_any(out, &words_things, rng);
}
