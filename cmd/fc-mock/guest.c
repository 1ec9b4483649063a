#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "api.h"
#include "clock.h"
#include "die.h"
#include "vsock.h"

#define DEFAULT_ARGS "reboot=k panic=1 nomodule 8250.nr_uarts=0 i8042.noaux i8042.nomux i8042.dumbkbd swiotlb=noforce"

enum stage {
	GUEST_OFF,
	GUEST_BOOTS,
	GUEST_HAS_DRIVERS, /* half-way: connections are refused where before they waited */
	GUEST_UP
};

struct guest {
	struct vm *vm;
	struct guest_options options;
	struct world world;
	char *cmdline;
	struct vsock *vsock; /* NULL: there is no such device */
	struct agent *agent;
	enum stage stage;
	bool paused, goes_down;
	int64_t began, began_cpu, ready; /* of booting: clock_now(), CPU time, and when it is done */
	enum outcome boot, shutdown;
	struct moment *boot_moment, *shutdown_moment;
	bool boot_waits, shutdown_waits; /* its moment came while the guest was paused */
};

static bool listens(void *data, unsigned port)
{
	const struct guest *guest = data;

	return guest->stage == GUEST_UP && port == guest->options.exec_port;
}

static void accept_connection(void *data, int fd)
{
	struct guest *guest = data;

	agent_serve(guest->agent, fd);
}

static void connection_ended(void *data)
{
	struct guest *guest = data;

	if (guest->vsock)
		vsock_ended(guest->vsock);
}

static void reboot_guest(void *data)
{
	guest_shut_down(data);
}

struct guest *guest_new(struct vm *vm, const struct guest_options *options)
{
	struct guest *guest = x_calloc(1, sizeof *guest);

	guest->vm = vm;
	guest->options = *options;
	guest->agent = agent_new(vm, &guest->world, connection_ended, guest);
	return guest;
}

void guest_free(struct guest *guest)
{
	if (!guest)
		return;
	loop_forget(guest->boot_moment);
	loop_forget(guest->shutdown_moment);
	agent_free(guest->agent);
	vsock_free(guest->vsock);
	free(guest->cmdline);
	free(guest);
}

static void activate(struct guest *guest)
{
	if (!guest->vsock)
		return;
	vsock_pause(guest->vsock, guest->paused);
	vsock_activate(guest->vsock);
}

/* A device that was there before is replaced, its socket removed. */
int guest_bind_vsock(struct guest *guest, const char *uds_path)
{
	const struct vsock_guest behind = {listens, accept_connection, guest};

	if (guest->vsock) {
		int status = unlink(vsock_path(guest->vsock)), error = errno;

		vsock_free(guest->vsock);
		guest->vsock = NULL;
		errno = error;
		if (status != 0)
			return -1;
	}
	guest->vsock = vsock_new(guest->vm, uds_path, &behind);
	if (!guest->vsock)
		return -1;
	if (guest->stage >= GUEST_HAS_DRIVERS)
		activate(guest);
	return 0;
}

/* What its commands find. */
static void make_world(struct guest *guest)
{
	const struct config *config = guest->vm->config;
	const char *args = config_boot_args(config);

	free(guest->cmdline);
	guest->cmdline = x_asprintf("%s%s", args ? args : DEFAULT_ARGS,
				    config_root_drive(config) ? " root=/dev/vda" : "");
	guest->world = (struct world){
		.hostname = guest->vm->id,
		.cmdline = guest->cmdline,
		.memory = config_memory(config),
		.vcpus = config_vcpus(config),
		.booted = clock_now(),
		.reboot = reboot_guest,
		.data = guest,
	};
}

static int64_t cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void write_boot_timer(const struct guest *guest)
{
	long long us = (clock_now() - guest->began) / 1000, cpu = (cpu_now() - guest->began_cpu) / 1000;

	journal_log(guest->vm->journal, LEVEL_INFO, "fc_vcpu 0",
		    "Guest-boot-time = %6lld us %lld ms, %6lld CPU us %lld CPU ms", us, us / 1000, cpu, cpu / 1000);
}

static void call_home(const struct guest *guest)
{
	static const char text[] = "ready\n";
	int fd;

	if (!guest->vsock)
		return;
	fd = vsock_call(guest->vsock, guest->options.home_port);
	if (fd < 0)
		return;
	send(fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT); /* a host that does not listen to it is fine */
	close(fd);
}

static void boot_moment_came(void *data)
{
	struct guest *guest = data;

	guest->boot_moment = NULL;
	guest->boot_waits = guest->paused;
	if (guest->paused)
		return;
	if (guest->boot == DIES)
		kill(getpid(), SIGKILL);
	if (guest->stage == GUEST_BOOTS && clock_now() < guest->ready) {
		guest->stage = GUEST_HAS_DRIVERS;
		guest->boot_moment = loop_at(guest->vm->loop, guest->ready, boot_moment_came, guest);
		activate(guest);
		return;
	}
	guest->stage = GUEST_UP;
	if (guest->vm->boot_timer)
		write_boot_timer(guest);
	activate(guest);
	call_home(guest);
}

void guest_boot(struct guest *guest)
{
	int64_t latency = 0;

	guest->began = clock_now();
	guest->began_cpu = cpu_now();
	guest->stage = GUEST_BOOTS;
	make_world(guest);
	guest->boot = faults_next(guest->vm->faults, OP_BOOT, &latency);
	guest->ready = guest->began + latency;
	if (guest->boot == GOES_WELL)
		guest->boot_moment = loop_at(guest->vm->loop, guest->began + latency / 2, boot_moment_came, guest);
	else if (guest->boot == DIES)
		guest->boot_moment = loop_at(guest->vm->loop, guest->ready, boot_moment_came, guest);
}

void guest_restore(struct guest *guest)
{
	make_world(guest);
	guest->stage = GUEST_UP;
	guest_pause(guest);
	activate(guest);
}

void guest_pause(struct guest *guest)
{
	guest->paused = true;
	agent_pause(guest->agent, true);
	if (guest->vsock)
		vsock_pause(guest->vsock, true);
}

bool guest_is_up(const struct guest *guest)
{
	return guest->stage == GUEST_UP;
}

static void shutdown_moment_came(void *data)
{
	struct guest *guest = data;

	guest->shutdown_moment = NULL;
	guest->shutdown_waits = guest->paused;
	if (guest->paused)
		return;
	if (guest->shutdown == DIES)
		kill(getpid(), SIGKILL);
	loop_end(guest->vm->loop, 0);
}

void guest_shut_down(struct guest *guest)
{
	int64_t latency = 0;

	if (!guest_is_up(guest) || guest->goes_down)
		return;
	guest->goes_down = true;
	guest->shutdown = faults_next(guest->vm->faults, OP_SHUTDOWN, &latency);
	if (guest->shutdown == GOES_WELL || guest->shutdown == DIES)
		guest->shutdown_moment = loop_at(guest->vm->loop, clock_now() + latency, shutdown_moment_came, guest);
}

void guest_resume(struct guest *guest)
{
	guest->paused = false;
	if (guest->boot_waits)
		boot_moment_came(guest);
	if (guest->shutdown_waits)
		shutdown_moment_came(guest);
	agent_pause(guest->agent, false);
	if (guest->vsock)
		vsock_pause(guest->vsock, false);
}
