#include "ideas.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "fake.h"

#define NAME_MAX_BYTES 128

enum where { WHOLE, START, END };

struct rule {
	enum where where;
	const char *names; /* with blanks in between */
	struct idea idea;
};

#define FAKE(what) {IDEA_FAKE, FAKE_##what, 0, 0, 0, NULL}
#define NUMBER(lo, hi) {IDEA_NUMBER, 0, lo, hi, 0, NULL}
#define REAL(lo, hi, decimals) {IDEA_RATIO, 0, lo, hi, decimals, NULL}
#define MOMENT(era) {IDEA_MOMENT, ERA_##era, 0, 0, 0, NULL}
#define DAY(era) {IDEA_DAY, ERA_##era, 0, 0, 0, NULL}
#define BOOL(percent) {IDEA_BOOL, percent, 0, 0, 0, NULL}
#define KIND(what) {IDEA_##what, 0, 0, 0, 0, NULL}
#define WORDS(list) {IDEA_WORDS, 0, 0, 0, 0, list}
#define TEXT(pattern) {IDEA_TEXT, 0, 0, 0, 0, pattern}

/* The first that matches. */
static const struct rule rules[] = {
	{START, "is has can should allow allows was needs", BOOL(30)},
	{END, "uuid guid", KIND(UUID)},
	{WHOLE, "id rowid oid pk", KIND(ID)},
	{END, "enabled active verified published visible public required completed done sent paid approved confirmed",
	 BOOL(80)},
	{END, "archived deleted hidden disabled locked private default internal admin flag read", BOOL(10)},

	{END, "mac_address mac hwaddr", FAKE(MAC)},
	{END, "ip_address ip_addr ipv4 remote_addr client_ip public_ip ip", FAKE(IPV4)},
	{END, "private_ip internal_ip", FAKE(PRIVATE_IPV4)},
	{END, "ipv6 ip6", FAKE(IPV6)},
	{END, "cidr subnet", FAKE(CIDR)},
	{END, "email email_address mail e_mail", FAKE(EMAIL)},
	{END, "first_name firstname given_name forename fname", FAKE(FIRST_NAME)},
	{END, "last_name lastname surname family_name lname", FAKE(LAST_NAME)},
	{END, "user_name username login nick nickname handle screen_name", FAKE(USERNAME)},
	{END, "host_name hostname host fqdn server_name node_name", FAKE(HOSTNAME)},
	{END, "file_name filename file", FAKE(FILENAME)},
	{END, "domain_name domain", FAKE(DOMAIN)},
	{END, "company_name company organization organisation employer vendor supplier manufacturer brand publisher",
	 FAKE(COMPANY)},
	{END, "product_name product item_name", FAKE(PRODUCT)},
	{END,
	 "full_name fullname display_name customer_name contact_name owner_name author_name author artist composer director",
	 FAKE(NAME)},
	{END, "city_name city town", FAKE(CITY)},
	{END, "country_code", FAKE(COUNTRY_CODE)},
	{END, "country_name country nationality", FAKE(COUNTRY)},
	{END, "state_code", TEXT("{upper:2}")},
	{END, "phone phone_number mobile fax telephone tel cell", FAKE(PHONE)},
	{END, "job_title occupation profession", FAKE(TITLE)},
	{END, "street street_address address address_line1 address_line_1 address1 line1", FAKE(STREET)},
	{END, "province county", FAKE(STATE)},
	{END, "zip zip_code zipcode postal postal_code postcode", FAKE(POSTCODE)},
	{END, "currency currency_code", FAKE(CURRENCY)},
	{END, "locale lang language language_code", FAKE(LOCALE)},
	{END, "timezone tz time_zone", FAKE(TIMEZONE)},
	{END, "url link website homepage uri href avatar endpoint webhook callback image_url", FAKE(URL)},
	{END, "path dir directory folder", FAKE(PATH)},
	{END, "mime mime_type content_type media_type", FAKE(MIME)},
	{END, "user_agent useragent", FAKE(USER_AGENT)},
	{END, "region availability_zone", FAKE(REGION)},
	{END, "color colour", FAKE(COLOR)},
	{END, "slug permalink", FAKE(SLUG)},
	{END, "semver release", FAKE(SEMVER)},

	{END, "password password_hash passwd hashed_password pwd", KIND(PASSWORD)},
	{WHOLE, "key", FAKE(SLUG)},
	{END, "token hash digest sha256 sha1 md5 checksum secret key signature fingerprint etag nonce salt", KIND(HEX)},
	{END, "labels tags list items", KIND(JSON_LIST)},
	{END,
	 "json metadata meta config configuration settings attributes attrs payload properties props options params extra "
	      "preferences context", KIND(JSON)},

	{END, "dob born birthday birthdate birth_date date_of_birth", DAY(BIRTH)},
	{END, "expires_at expiry expiration expires valid_until valid_to due_at deadline renews_at", MOMENT(FUTURE)},
	{END, "expiry_date expiration_date due_date due_on", DAY(FUTURE)},
	{END, "deleted_at archived_at revoked_at cancelled_at canceled_at banned_at disabled_at", MOMENT(SELDOM)},
	{END,
	 "created_at created inserted_at joined_at registered_at started_at starts_at start_at start_time begin_at valid_from "
	      "opened_at created_time ctime", MOMENT(EARLY)},
	{END,
	 "updated_at updated modified_at modified changed_at ended_at ends_at end_at end_time finished_at completed_at "
	      "closed_at last_seen last_login mtime", MOMENT(LATE)},
	{END, "start_date from_date hire_date begin_date start_on starts_on hired_on", DAY(EARLY)},
	{END, "end_date to_date end_on ends_on finish_date return_date", DAY(LATE)},
	{END, "at datetime timestamp ts time_stamp since until time_created time_updated", MOMENT(ANY)},
	{END, "date day_of on", DAY(ANY)},
	{END, "time", {IDEA_TIME, ERA_ANY, 0, 0, 0, NULL}},

	{END,
	 "price amount cost total balance fee salary subtotal tax discount revenue budget payment wage rent credit debit",
	 {IDEA_MONEY, 0, 1, 1000, 2, NULL}},
	{END, "latitude lat", REAL(-90, 90, 6)},
	{END, "longitude lon lng long", REAL(-180, 180, 6)},
	{END, "percent percentage pct", REAL(0, 100, 1)},
	{END, "ratio rate probability share confidence fraction", REAL(0, 1, 4)},
	{END, "weight height length width depth distance", REAL(1, 200, 1)},
	{END, "temperature temp", REAL(-20, 45, 1)},
	{END, "score", REAL(0, 100, 1)},
	{END, "rating stars", REAL(1, 5, 0)},
	{END, "age", NUMBER(18, 90)},
	{END, "year", NUMBER(1990, 2026)},
	{END, "month", NUMBER(1, 12)},
	{END, "day", NUMBER(1, 28)},
	{END, "hour", NUMBER(0, 23)},
	{END, "minute second", NUMBER(0, 59)},
	{END, "port", NUMBER(1024, 65535)},
	{END, "mtu", NUMBER(1280, 9000)},
	{END, "priority level", NUMBER(1, 5)},
	{END, "retries attempts attempt tries failures", NUMBER(0, 5)},
	{END, "quantity qty count num stock seats copies pages", NUMBER(1, 100)},
	{END,
	 "order position rank ordinal index idx seq sequence sort sort_order display_order line_no line_number line",
	 NUMBER(1, 100)},
	{END, "version revision", NUMBER(1, 20)},
	{END, "size bytes file_size", NUMBER(100, 1000000)},
	{END, "duration elapsed latency runtime duration_ms ms timeout", NUMBER(1, 60000)},

	{END, "status", WORDS("active inactive pending archived")},
	{END, "state", WORDS("new running done failed")},
	{END, "role", WORDS("admin editor member viewer")},
	{END, "severity", WORDS("low medium high critical")},
	{END, "environment env", WORDS("development staging production")},
	{END, "gender sex", WORDS("female male other")},
	{END, "method", WORDS("GET POST PUT PATCH DELETE")},
	{END, "plan tier", WORDS("free basic pro enterprise")},
	{END, "unit units", WORDS("piece kg litre metre box")},
	{END, "type kind category class mode genre group", WORDS("standard basic premium custom")},
	{END, "code sku barcode isbn serial serial_number reference ref number no", KIND(CODE)},
	{END, "body content bio article", FAKE(PARAGRAPH)},
	{END,
	 "description desc comment comments note notes text about summary message details remarks abstract reason error",
	 FAKE(SENTENCE)},
	{END, "title subject headline caption heading question", TEXT("{word} {word} {word}")},
	{END, "name label", KIND(NAME)},
	{END, "id", KIND(ID)},
};

static const struct { const char *tables; int fake; } names[] = {
	{"user users customer customers person people persons employee employees author authors contact contacts patient patients "
	 "student students member members teacher teachers artist artists player players driver drivers staff actor actors owner "
	 "owners instructor instructors manager managers doctor doctors account_holders", FAKE_NAME},
	{"company companies organization organizations organisation organisations tenant tenants vendor vendors supplier suppliers "
	 "client clients publisher publishers manufacturer manufacturers brand brands merchant merchants", FAKE_COMPANY},
	{"product products item items article articles part parts material materials", FAKE_PRODUCT},
	{"city cities town towns location locations", FAKE_CITY},
	{"country countries", FAKE_COUNTRY},
	{"state states province provinces", FAKE_STATE},
	{"region regions zone zones", FAKE_REGION},
	{"server servers host hosts node nodes machine machines instance instances device devices", FAKE_HOSTNAME},
	{"file files attachment attachments document documents", FAKE_FILENAME},
};

/* "createdAt", "created-at" and "Created At" are "created_at". */
static void normalize(const char *name, char out[NAME_MAX_BYTES])
{
	size_t n = 0;

	for (const char *p = name; *p && n + 2 < NAME_MAX_BYTES; p++) {
		bool upper = isupper((unsigned char)*p);
		bool after_lower = p > name && (islower((unsigned char)p[-1]) || isdigit((unsigned char)p[-1]));
		bool ends_capitals = p > name && isupper((unsigned char)p[-1]) && islower((unsigned char)p[1]);
		if (upper && n && out[n - 1] != '_' && (after_lower || ends_capitals))
			out[n++] = '_';
		if (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80)
			out[n++] = (char)tolower((unsigned char)*p);
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n && out[n - 1] == '_')
		n--;
	out[n] = '\0';
}

static bool matches(enum where where, const char *names_list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = names_list; *p;) {
		size_t n = strcspn(p, " ");
		bool same = n == len && memcmp(p, name, n) == 0;
		bool begins = where == START && len > n && name[n] == '_' && memcmp(name, p, n) == 0;
		bool ends = where == END && len > n && name[len - n - 1] == '_' && memcmp(name + len - n, p, n) == 0;
		if ((same && where != START) || begins || ends)
			return true;
		p += n;
		p += *p == ' ';
	}
	return false;
}

/* A table with other parts of an address means a state of a country. */
static bool has_address(const struct table *table)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		char name[NAME_MAX_BYTES];
		normalize(table->column[i].name, name);
		if (matches(END, "city town zip zip_code postal_code postcode country street", name))
			return true;
	}
	return false;
}

struct idea idea_of(const struct table *table, int column)
{
	char name[NAME_MAX_BYTES], of_table[NAME_MAX_BYTES];
	struct idea idea = {0};

	normalize(table->column[column].name, name);
	for (size_t i = 0; idea.kind == IDEA_NONE && i < sizeof rules / sizeof *rules; i++) {
		if (matches(rules[i].where, rules[i].names, name))
			idea = rules[i].idea;
	}
	if (strcmp(name, "state") == 0 && has_address(table))
		return (struct idea)FAKE(STATE);
	if (idea.kind != IDEA_NAME)
		return idea;
	normalize(table->name, of_table);
	for (size_t i = 0; strcmp(name, "name") == 0 && i < sizeof names / sizeof *names; i++) {
		if (matches(END, names[i].tables, of_table))
			return (struct idea){.kind = IDEA_FAKE, .detail = names[i].fake};
	}
	return idea;
}

enum type_class type_of(const struct table *table, int column)
{
	const struct column *c = &table->column[column];
	const char *type = c->type;

	if (table->strict)
		return strcasecmp(type, "ANY") == 0 ? TYPE_ANY : c->affinity == AFFINITY_INTEGER ? TYPE_INTEGER :
		       c->affinity == AFFINITY_REAL ? TYPE_REAL : c->affinity == AFFINITY_BLOB ? TYPE_BLOB : TYPE_TEXT;
	if (strcasestr(type, "BOOL") || strcasecmp(type, "TINYINT(1)") == 0 || strcasecmp(type, "BIT") == 0)
		return TYPE_BOOLEAN;
	if (strcasestr(type, "UUID") || strcasestr(type, "GUID"))
		return TYPE_UUID;
	if (strcasestr(type, "JSON"))
		return TYPE_JSON;
	if (c->affinity == AFFINITY_INTEGER)
		return TYPE_INTEGER;
	if (strcasestr(type, "DATETIME") || strcasestr(type, "TIMESTAMP"))
		return TYPE_MOMENT;
	if (strncasecmp(type, "DATE", 4) == 0)
		return TYPE_DAY;
	if (strncasecmp(type, "TIME", 4) == 0)
		return TYPE_TIME;
	if (strcasestr(type, "BINARY") || strcasestr(type, "BYTEA") || (c->affinity == AFFINITY_BLOB && *type))
		return TYPE_BLOB;
	if (c->affinity == AFFINITY_REAL)
		return TYPE_REAL;
	if (c->affinity == AFFINITY_TEXT)
		return TYPE_TEXT;
	if (c->affinity == AFFINITY_BLOB)
		return TYPE_ANY;
	if (!*type || strcasestr(type, "DEC") || strcasestr(type, "NUM") || strcasestr(type, "MONEY"))
		return TYPE_DECIMAL;
	return TYPE_TEXT;
}
