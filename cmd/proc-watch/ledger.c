#include "ledger.h"

void ledger_begin(struct ledger *l, int64_t waited)
{
	*l = (struct ledger){.counted = waited};
}

int64_t ledger_settle(struct ledger *l, int64_t waited, int64_t seen)
{
	int64_t told = waited + l->never, beyond;

	l->counted += seen;
	if (told <= l->counted)
		return 0;
	beyond = told - l->counted;
	l->counted = told;
	return beyond;
}

void ledger_never(struct ledger *l, int64_t seen)
{
	l->counted += seen;
	l->never += seen;
}
