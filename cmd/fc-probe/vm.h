#ifndef FC_PROBE_VM_H
#define FC_PROBE_VM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "api.h"
#include "fcmetrics.h"
#include "lease.h"
#include "machine.h"
#include "ready.h"
#include "until.h"
#include "uuid.h"

/* One microVM: its process, its directory and what is in it. Used by one thread, which has to outlive it: the process is
 * killed with the thread that started it. All functions give 0, or -1 with vm->why. */

#define VM_WHY 768

struct vm {
	const struct machine *machine;
	char id[UUID_TEXT];          /* --id */
	char name[16];               /* of its directory in the lease's */
	char directory[API_PATH], vsock[API_PATH];
	pid_t pid;                   /* 0: none; of the process that was found behind the socket, where attached */
	int pidfd;                   /* -1: none */
	bool attached, was_paused;   /* was_paused: when it was attached to */
	int64_t spawned;             /* clock_now() before the process was made */
	struct fcversion version;    /* as GET /version says */
	enum mode mode;
	struct api api;
	struct boot_log log;
	int home;                    /* listening for the guest's call; -1: not */
	char why[VM_WHY];            /* of the last failure */
};

struct snapshot {
	char directory[512];         /* of its own, in --snapshot-dir or the microVM's directory */
	char state[528], memory[528];
	char vsock[API_PATH];        /* where the vsock socket of what is restored will be */
	bool dirty;                  /* restored with dirty tracking, as the original had it */
};

/* proc_spawn(), with the slack of timers that it would have without this program. */
struct proc_spec;
pid_t machine_spawn(const struct machine *m, const struct proc_spec *spec, int64_t *started);

/* Start a process of its own directory. number: which of the run's microVMs it is, from 0; no two have the same. vm_remove()
 * is due in any case. */
int vm_spawn(struct vm *vm, const struct machine *machine, struct lease *lease, uint64_t number);

/* Attach to the one that runs at machine->socket, and ask for its version. */
int vm_attach(struct vm *vm, const struct machine *machine, const struct until *until);

/* Until the API has answered GET /version for the first time: version and mode are known then. */
int vm_await_api(struct vm *vm, const struct until *until);

/* The API's answer to one request has to be 2xx. The text of *what it was is for complaints: "start". */
int vm_call(struct vm *vm, const char *what, const char *method, const char *path, const char *body, const struct until *until);

/* Log and metrics. */
int vm_observe(struct vm *vm, const struct until *until);

/* An attached one is again as it was when it was attached to, running or paused. */
int vm_give_back(struct vm *vm, const struct until *until);

/* Everything that comes before InstanceStart, that too. */
int vm_configure(struct vm *vm, const struct until *until);

/* InstanceStart; the times are vm->api's. */
int vm_start(struct vm *vm, const struct until *until);

/* Until the guest is up, as machine->ready tells (READY_NONE: at once); *when is clock_now() of it. */
int vm_await_guest(struct vm *vm, const struct until *until, int64_t *when);

/* All of that. */
int vm_boot(struct vm *vm, const struct machine *machine, struct lease *lease, uint64_t number, const struct until *until);

int vm_pause(struct vm *vm, const struct until *until);
int vm_resume(struct vm *vm, const struct until *until);

/* Where to put a snapshot of vm: a directory that is there from now on. */
int vm_snapshot_place(struct vm *vm, struct snapshot *s, struct lease *lease);
/* Of a paused one. */
int vm_snapshot(struct vm *vm, const struct snapshot *s, bool diff, const struct until *until);
void snapshot_remove(const struct snapshot *s); /* with its directory */

/* A microVM that has been spawned and does nothing yet becomes the one of the snapshot, and runs. */
int vm_restore(struct vm *vm, const struct snapshot *s, const struct until *until);

/* Have the metrics written, and read Firecracker's own latencies. */
int vm_figures(struct vm *vm, const struct until *until, struct fcmetrics *figures);

/* Run a command in the guest, over vsock. */
int vm_exec(struct vm *vm, const struct until *until, struct exec_result *result);

/* Ask the guest to go down (SendCtrlAltDel), and wait for the process to end. */
int vm_ask_down(struct vm *vm, const struct until *until);
int vm_await_end(struct vm *vm, const struct until *until);

/* CPU time of the process and all its threads so far, ns; -1: not known. */
int64_t vm_cpu(const struct vm *vm);

/* Send a signal to its process, which has not been waited for, and to all that this has started in its group. 0, or -1 with errno. */
int vm_signal(const struct vm *vm, int number);

/* Wait for its process, which has ended. */
void vm_reap(struct vm *vm);

/* Does anything live that the process pid, which is gone, had started in its group? */
bool vm_others_live(pid_t pid);

/* Kill it where it lives, reap it, close everything. An attached one is let be. */
void vm_kill(struct vm *vm);

/* Remove its files, which are known, and its directory. -1 where anything stays. */
int vm_remove_files(struct vm *vm);

/* Both of that, whatever state it is in; harmless where it was never begun (zeroed). A complaint where anything stays. */
void vm_remove(struct vm *vm);

#endif
