#include "failure.h"

const char *failure_name(enum failure failure)
{
	static const char *const names[FAILURE_COUNT] = {
		"", "connect", "tls", "timeout", "reset", "protocol", "assertion", "status-4xx", "status-429", "status-5xx"
	};

	return names[failure];
}
