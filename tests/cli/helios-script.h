#ifndef HELIOS_SCRIPT_H
#define HELIOS_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/* What steers the stand-in of helios-cli from outside: the environment. What is wrong in it is told and ends the
 * program with status 64.
 *
 * HELIOS_SCRIPT_TIMES  COMMAND=TIME[±SPREAD],... ("commit=20ms±2ms,version=1ms"; +- will do): each ends just so long
 *                      after its process began, uniform within the spread: by seed, and by how many lines the log has
 *                      of that command.
 * HELIOS_SCRIPT_SEED   a number (1)
 * HELIOS_SCRIPT_LOG    a file that gets a line "COMMAND NS" from each run that ends well, where NS is how long it
 *                      took, from when its process began to run until just before its end; and "child PID" for each
 *                      process that is left running.
 * HELIOS_SCRIPT_LIE    LIE[@COMMAND][:N]: how COMMAND lies, from the Nth commit of the store on (at once).
 * HELIOS_SCRIPT_DIFF   anything: diff works, which that of the real one does not. */

enum lie {
	LIE_NONE,
	/* of files; by default those of materialize, and of restore --work */
	LIE_DIGEST,            /* a file has other content */
	LIE_SIZE,              /* a file is a byte longer */
	LIE_TYPE,              /* a file is a symbolic link to one with its content */
	LIE_MISSING,
	LIE_EXTRA,
	LIE_LIVE,              /* the files are those of the work tree as it is now */
	/* of answers; by default commit's */
	LIE_EMPTY,             /* status 0, and nothing said */
	LIE_BROKEN_JSON,
	LIE_TRUNCATED,         /* the first half of the answer */
	LIE_TWO_ANSWERS,
	LIE_NUL,               /* a NUL byte within the answer */
	LIE_NO_SNAPSHOT,       /* a JSON object without snapshot_id */
	LIE_BAD_ID,            /* a snapshot_id that is none */
	LIE_SAME_ID,           /* that of the store's first commit */
	/* by default of restore and materialize */
	LIE_NO_MEMBER,         /* a JSON object without restored or materialized */
	LIE_OTHER_RESTORED,    /* the id of another snapshot in it */
	LIE_CLAIMS_ANYTHING,   /* status 0 for snapshots that were never made */
	/* of the process; by default commit's */
	LIE_HANG,
	LIE_HANG_WITH_CHILD,   /* and so does a process in a session of its own, whose parent has ended */
	LIE_LEAVES_CHILD,      /* answers well, but such a process keeps its standard output */
	LIE_LOCK,              /* what it says where another process has the store open */
	LIE_EXIT3,
	LIE_CRASH,
	LIE_FLOOD              /* an endless answer */
};

void script_begin(void); /* first of all */

/* Is this the lie that command is to tell now? commits: made of the store, this one counted. */
bool script_lies(enum lie lie, const char *command, uint64_t commits);

/* The lies of the process, which do not return; and LIE_LEAVES_CHILD, which does. */
void script_misbehave(const char *command, uint64_t commits);

/* End the program as the script says: in time, and with a line in the log where status is 0. */
_Noreturn void script_end(const char *command, int status);

#endif
