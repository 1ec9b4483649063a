#ifndef FC_MOCK_VM_H
#define FC_MOCK_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults.h"
#include "fcversion.h"
#include "journal.h"
#include "loop.h"

/* The virtual machine that is not there: what one process knows, shared by all parts. */

enum vm_state { VM_NOT_STARTED, VM_RUNNING, VM_PAUSED };

struct config; /* what the API has been told: config.h */
struct guest;  /* guest.h */

struct vm {
	const char *id;           /* --id */
	struct fcversion version; /* as which it poses */
	char version_text[48];    /* "1.16.0-mock" */
	bool boot_timer;          /* --boot-timer */
	bool pci;                 /* --enable-pci */
	size_t mmds_limit;        /* bytes: --mmds-size-limit */
	int64_t started;          /* clock_now() at this process's start */
	enum vm_state state;
	struct loop *loop;
	struct faults *faults;
	struct journal *journal;
	struct config *config;
	struct guest *guest;
};

#endif
