#include "moment.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "make.h"

/* Days since 1970 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
static int64_t days_from(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400;
	int of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_day(int year, int month, int day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return year >= 1678 && year <= 2261 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= lengths[month - 1] + (leap && month == 2);
}

int moment_parse(const char *text, int64_t *ns)
{
	int year, month, day, hour = 0, minute = 0, second = 0, used = 0, more = 0;

	if (strlen(text) < 10 || text[4] != '-' || text[7] != '-' ||
	    sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10)
		return -1;
	if (text[10] == 'T' || text[10] == ' ') {
		if (strlen(text) < 19 || sscanf(text + 11, "%2d:%2d:%2d%n", &hour, &minute, &second, &more) != 3 ||
		    more != 8)
			return -1;
		used = 19;
		used += text[used] == 'Z';
	}
	if (text[used] || !is_day(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 ||
	    second > 59)
		return -1;
	*ns = days_from(year, month, day) * DAY_NS + ((hour * 60 + minute) * 60 + second) * INT64_C(1000000000);
	return 0;
}
