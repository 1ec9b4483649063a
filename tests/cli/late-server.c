/* A service that gets ready when it is told to, and says when that was: late-server --help. What it did is appended to
 * the truth file, a line each: a word, clock_gettime(CLOCK_MONOTONIC) in ns directly before, and directly after it. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: late-server [OPTION]...\n"
	"\n"
	"  --after T|MIN-MAX    it gets ready so long after its start (0); of a range, where --seed says\n"
	"  --seed N             for all that is random (1)\n"
	"  --truth FILE         what happened is appended to FILE\n"
	"\n"
	"ready is, as far as asked for:\n"
	"  --tcp PORT           127.0.0.1:PORT is listened on; bound at the start\n"
	"  --http PORT          the same, and answers 200, \"ok\" or the configuration\n"
	"  --first-500 T        but 500 for the first T\n"
	"  --unix PATH          bound and listened on\n"
	"  --bind-early         bound at the start, though\n"
	"  --file PATH          written\n"
	"  --fd N               a newline on descriptor N\n"
	"  --notify             READY=1 to $NOTIFY_SOCKET\n"
	"  --mainpid            all this is done by a child, which is told as MAINPID; the parent ends with 0 then\n"
	"  --log TEXT           a line on stdout\n"
	"\n"
	"and then:\n"
	"  --config FILE        looks at what FILE says every --tick T (1s); where it is another, says \"reloaded\" on stdout\n"
	"  --poll-phase random  the first look comes at a random moment within T, not at its end\n"
	"  --restart-child      all that is ready is a child; reloading is a new one in its place\n"
	"  --exit-on-term-after T  it ends so long after SIGTERM (0)\n"
	"  --ignore-term        it does not\n"
	"\n"
	"late-server --free-port  prints a port on which nobody listens\n"
	"\n"
	"T is a number of s, or of ms or us with that unit.\n"
	"Words of the truth file: tcp http unix file fd notify log; look (at the configuration), reloaded, stopped and started\n"
	"(the child); term, exit.\n";

#define PEERS 32
#define SPIN 300000LL /* ns before its time that it wakes up */
#define BODY 4096

struct options {
	int64_t after, until, first_500, tick, term_after;
	uint64_t seed;
	const char *truth, *unix_path, *file, *log, *config;
	int tcp, http, fd;
	bool bind_early, notify, main_pid, random_phase, restart_child, ignore_term;
};

struct peer {
	int fd; /* 0: none */
	char in[4096];
	size_t len;
};

static struct options o = {.fd = -1, .tick = 1000000000};
static uint64_t state;
static int truth = -1, tcp = -1, http = -1, local = -1;
static struct peer peers[PEERS];
static char body[BODY] = "ok\n";
static size_t body_len = 3;
static int64_t good; /* from when on it answers 200 */
static volatile sig_atomic_t ended;

static _Noreturn void trouble(const char *what)
{
	fprintf(stderr, "late-server: %s: %s\n", what, strerror(errno));
	exit(1);
}

static _Noreturn void wrong(const char *what)
{
	fprintf(stderr, "late-server: %s: see --help\n", what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static double uniform(void) /* SplitMix64 */
{
	uint64_t x = state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

static void tell(const char *word, int64_t before, int64_t after)
{
	char line[96];
	int n = snprintf(line, sizeof line, "%s %lld %lld\n", word, (long long)before, (long long)after);

	if (truth >= 0 && write(truth, line, (size_t)n) != n)
		trouble("truth file");
}

static int64_t span(const char *text, char **end)
{
	double value = strtod(text, end);

	if (*end == text || !(value >= 0 && value < 1e6))
		wrong(text);
	if (strncmp(*end, "ms", 2) == 0) {
		*end += 2;
		return (int64_t)(value * 1e6);
	}
	if (strncmp(*end, "us", 2) == 0) {
		*end += 2;
		return (int64_t)(value * 1e3);
	}
	*end += **end == 's';
	return (int64_t)(value * 1e9);
}

static int64_t whole_span(const char *text)
{
	char *end;
	int64_t ns = span(text, &end);

	if (*end)
		wrong(text);
	return ns;
}

static long whole(const char *text, long min, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < min || n > max)
		wrong(text);
	return n;
}

static int bound_tcp(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		trouble("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
		trouble("bind");
	return fd;
}

static int bound_unix(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (strlen(path) >= sizeof at.sun_path)
		wrong(path);
	strcpy(at.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
		trouble(path);
	return fd;
}

static void listen_on(int fd, const char *word)
{
	int64_t before = now();

	if (listen(fd, 64) != 0)
		trouble("listen");
	tell(word, before, now());
}

static void write_file(const char *path)
{
	int64_t before = now();
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || write(fd, "ready\n", 6) != 6)
		trouble(path);
	tell("file", before, now());
	close(fd);
}

static void write_all(int fd, const char *word, const char *text, size_t len)
{
	int64_t before = now();

	if (write(fd, text, len) != (ssize_t)len)
		trouble(word);
	tell(word, before, now());
}

static void notify(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char text[64];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int len = o.main_pid ? snprintf(text, sizeof text, "MAINPID=%ld\nREADY=1\n", (long)getpid())
			     : snprintf(text, sizeof text, "READY=1\n");

	if (!path || !*path || strlen(path) >= sizeof at.sun_path || fd < 0)
		wrong("no NOTIFY_SOCKET");
	memcpy(at.sun_path, path, strlen(path));
	if (*path == '@')
		at.sun_path[0] = '\0';
	int64_t before = now();
	if (sendto(fd, text, (size_t)len, 0, (struct sockaddr *)&at,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) != len)
		trouble("NOTIFY_SOCKET");
	tell("notify", before, now());
	close(fd);
}

static void say(const char *word, const char *text)
{
	char line[1024];
	int n = snprintf(line, sizeof line, "%s\n", text);

	if (n >= (int)sizeof line)
		wrong("a text of over 1000 bytes");
	write_all(1, word, line, (size_t)n);
}

/* Sleep until shortly before, and wait busily for the rest. */
static void wait_until(int64_t when)
{
	int64_t wake = when - SPIN;
	struct timespec t = {.tv_sec = wake / 1000000000, .tv_nsec = wake % 1000000000};

	while (wake > now() && !ended)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	while (now() < when && !ended)
		;
}

static void get_ready(int64_t start)
{
	if (o.tcp)
		tcp = bound_tcp(o.tcp);
	if (o.http)
		http = bound_tcp(o.http);
	if (o.unix_path && o.bind_early)
		local = bound_unix(o.unix_path);
	wait_until(start + o.after + (int64_t)((double)(o.until - o.after) * uniform()));
	if (ended)
		return;
	if (tcp >= 0)
		listen_on(tcp, "tcp");
	good = now() + o.first_500;
	if (http >= 0 && o.first_500) {
		if (listen(http, 64) != 0)
			trouble("listen");
		tell("http", good, good);
	} else if (http >= 0) {
		listen_on(http, "http");
	}
	if (o.unix_path && local < 0)
		local = bound_unix(o.unix_path);
	if (local >= 0)
		listen_on(local, "unix");
	if (o.file)
		write_file(o.file);
	if (o.fd >= 0)
		write_all(o.fd, "fd", "\n", 1);
	if (o.notify)
		notify();
	if (o.log)
		say("log", o.log);
}

static void answer(struct peer *p)
{
	char text[128 + BODY];
	bool yes = now() >= good;
	size_t len = yes ? body_len : 0;
	int n = snprintf(text, 128, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
			 yes ? "200 OK" : "500 Internal Server Error", len);

	memcpy(text + n, body, len);
	if (send(p->fd, text, (size_t)n + len, MSG_NOSIGNAL) < 0) {
		close(p->fd);
		p->fd = 0;
	}
}

static void hear(struct peer *p)
{
	ssize_t n = recv(p->fd, p->in + p->len, sizeof p->in - p->len, 0);
	char *end;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 || p->len + (size_t)n == sizeof p->in) {
		close(p->fd);
		p->fd = 0;
		return;
	}
	p->len += (size_t)n;
	while (p->fd && (end = memmem(p->in, p->len, "\r\n\r\n", 4))) {
		size_t used = (size_t)(end + 4 - p->in);

		memmove(p->in, p->in + used, p->len - used);
		p->len -= used;
		answer(p);
	}
}

static void take_in(int fd, bool speaks)
{
	int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; one >= 0 && speaks && i < PEERS; i++) {
		if (!peers[i].fd) {
			peers[i] = (struct peer){.fd = one};
			return;
		}
	}
	if (one >= 0)
		close(one);
}

/* Serve until `due` or a signal. */
static void serve(int64_t due)
{
	struct pollfd fds[PEERS + 3];
	int n = 0, of[PEERS + 3];

	for (int i = 0; i < PEERS; i++) {
		if (!peers[i].fd)
			continue;
		of[n] = i;
		fds[n++] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
	}
	int own = n;
	fds[n++] = (struct pollfd){.fd = tcp, .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = http, .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = local, .events = POLLIN};
	int64_t left = due - now();
	struct timespec t = {.tv_sec = left > 0 ? left / 1000000000 : 0, .tv_nsec = left > 0 ? left % 1000000000 : 0};
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(fds, (nfds_t)n, due == INT64_MAX ? NULL : &t, &none) <= 0)
		return;
	for (int i = 0; i < own; i++) {
		if (fds[i].revents)
			hear(&peers[of[i]]);
	}
	for (int i = own; i < n; i++) {
		if (fds[i].revents)
			take_in(fds[i].fd, fds[i].fd == http);
	}
}

static size_t read_config(char text[BODY])
{
	int fd = open(o.config, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, BODY) : 0;

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* TERM and INT come only while it waits, so that none comes between looking and waiting. */
static void block_ends(int how)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(how, &ends, NULL);
}

static _Noreturn void be_child(pid_t parent, int64_t start)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	block_ends(SIG_UNBLOCK);
	get_ready(start);
	block_ends(SIG_BLOCK);
	while (!ended)
		serve(INT64_MAX);
	ended = 0;
	wait_until(now() + o.term_after);
	_exit(0);
}

static pid_t start_child(void)
{
	int64_t before = now();
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		trouble("fork");
	if (pid == 0)
		be_child(parent, before);
	tell("started", before, now());
	return pid;
}

static void stop_child(pid_t pid)
{
	int64_t before = now();

	kill(pid, SIGTERM);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	tell("stopped", before, now());
}

/* Whether the configuration is another. */
static bool look(void)
{
	char text[BODY];
	int64_t before = now();
	size_t len = read_config(text);
	bool same = len == body_len && memcmp(text, body, len) == 0;

	tell("look", before, now());
	memcpy(body, text, len);
	body_len = len;
	return !same;
}

/* As long as it lives. */
static void work(int64_t start)
{
	int64_t due = o.config ? start + (o.random_phase ? (int64_t)((double)o.tick * uniform()) : o.tick) : INT64_MAX;
	pid_t child = o.restart_child ? start_child() : 0;

	while (!ended) {
		serve(due);
		if (ended || now() < due)
			continue;
		due += o.tick;
		if (!look())
			continue;
		if (child) {
			stop_child(child);
			child = start_child();
		}
		say("reloaded", "reloaded");
	}
	if (child)
		stop_child(child);
}

static void on_signal(int sig)
{
	ended = sig;
}

static void free_port(void)
{
	for (int i = 0; i < 1000; i++) {
		struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		int port = 10000 + (int)(uniform() * 20000), fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		at.sin_port = htons((uint16_t)port);
		if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0) {
			printf("%d\n", port);
			exit(0);
		}
		close(fd);
	}
	wrong("no port is free");
}

static void parse(int argc, char **argv)
{
	enum { AFTER = 1, SEED, TRUTH, TCP, HTTP, FIRST, UNIX, EARLY, FILE_, FD, NOTIFY, MAINPID, LOG, CONFIG, TICK, PHASE,
	       CHILD, TERM, IGNORE, FREE, HELP };
	static const struct option options[] = {
		{"after", 1, NULL, AFTER},       {"seed", 1, NULL, SEED},          {"truth", 1, NULL, TRUTH},
		{"tcp", 1, NULL, TCP},           {"http", 1, NULL, HTTP},          {"first-500", 1, NULL, FIRST},
		{"unix", 1, NULL, UNIX},         {"bind-early", 0, NULL, EARLY},   {"file", 1, NULL, FILE_},
		{"fd", 1, NULL, FD},             {"notify", 0, NULL, NOTIFY},      {"mainpid", 0, NULL, MAINPID},
		{"log", 1, NULL, LOG},           {"config", 1, NULL, CONFIG},      {"tick", 1, NULL, TICK},
		{"poll-phase", 1, NULL, PHASE},  {"restart-child", 0, NULL, CHILD}, {"exit-on-term-after", 1, NULL, TERM},
		{"ignore-term", 0, NULL, IGNORE}, {"free-port", 0, NULL, FREE},    {"help", 0, NULL, HELP},
		{NULL, 0, NULL, 0}};
	char *end;
	bool just_a_port = false;
	int c;

	o.seed = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case AFTER:
			o.after = o.until = span(optarg, &end);
			if (*end == '-')
				o.until = whole_span(end + 1);
			else if (*end)
				wrong(optarg);
			break;
		case SEED: o.seed = (uint64_t)whole(optarg, 0, INT64_MAX); break;
		case TRUTH: o.truth = optarg; break;
		case TCP: o.tcp = (int)whole(optarg, 1, 65535); break;
		case HTTP: o.http = (int)whole(optarg, 1, 65535); break;
		case FIRST: o.first_500 = whole_span(optarg); break;
		case UNIX: o.unix_path = optarg; break;
		case EARLY: o.bind_early = true; break;
		case FILE_: o.file = optarg; break;
		case FD: o.fd = (int)whole(optarg, 0, 65535); break;
		case NOTIFY: o.notify = true; break;
		case MAINPID: o.main_pid = true; break;
		case LOG: o.log = optarg; break;
		case CONFIG: o.config = optarg; break;
		case TICK: o.tick = whole_span(optarg); break;
		case PHASE: o.random_phase = strcmp(optarg, "random") == 0; break;
		case CHILD: o.restart_child = true; break;
		case TERM: o.term_after = whole_span(optarg); break;
		case IGNORE: o.ignore_term = true; break;
		case FREE: just_a_port = true; break;
		case HELP: fputs(usage, stdout); exit(0);
		default: exit(1);
		}
	}
	state = just_a_port ? (uint64_t)now() ^ (uint64_t)getpid() << 40 : o.seed;
	if (optind < argc || o.tick <= 0)
		wrong(optind < argc ? argv[optind] : "--tick");
	if (just_a_port)
		free_port();
}

int main(int argc, char **argv)
{
	int64_t start = now();
	struct sigaction action = {.sa_handler = on_signal};

	parse(argc, argv);
	if (o.truth) {
		truth = open(o.truth, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (truth < 0)
			trouble(o.truth);
	}
	signal(SIGPIPE, SIG_IGN);
	if (o.ignore_term)
		signal(SIGTERM, SIG_IGN);
	else
		sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (o.main_pid) {
		pid_t pid = fork();

		if (pid < 0)
			trouble("fork");
		if (pid > 0)
			_exit(0);
	}
	if (o.config)
		body_len = read_config(body);
	if (!o.restart_child)
		get_ready(start);
	block_ends(SIG_BLOCK);
	work(start);
	int64_t term = now();
	tell("term", term, term);
	ended = 0;
	wait_until(term + o.term_after);
	if (o.unix_path)
		unlink(o.unix_path);
	term = now();
	tell("exit", term, term);
	_exit(0);
}
