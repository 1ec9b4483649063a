#ifndef DB_SEED_WORDS_H
#define DB_SEED_WORDS_H

#include <stddef.h>

/* Lists of words, each without repetition, in UTF-8 (letters of Latin alone), a word of 40 bytes at most. */

struct words {
	const char *const *word;
	size_t n;
};

#define WORDS(list) { (list), sizeof(list) / sizeof(*(list)) }

extern const struct words words_first_names, words_last_names, words_levels, words_roles;
extern const struct words words_cities, words_states, words_countries, words_country_codes, words_streets, words_street_kinds, words_currencies, words_locales, words_timezones;
extern const struct words words_english;
extern const struct words words_company_names, words_businesses, words_company_kinds, words_adjectives, words_materials, words_things, words_colors;
extern const struct words words_host_kinds, words_sites, words_regions, words_mime_types, words_extensions, words_directories;

#endif
