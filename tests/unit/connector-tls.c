#include <errno.h>
#include <fcntl.h>

#include "connecting.h"

static char dir[] = "/tmp/connector-tls-test-XXXXXX"; /* for certificates */
static bool ready;                                    /* openssl made them */

static const char *in_dir(const char *name)
{
	static char path[4][128];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

/* `openssl s_server` that sends lines back reversed. */
static pid_t tls_server(unsigned *port, const char *cert, const char *extra, const char *extra2)
{
	int out[2];
	FILE *file;
	char line[256];
	pid_t pid;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char cert_path[256], key_path[256];

		die_with_parent();
		snprintf(cert_path, sizeof(cert_path), "%s/%s.pem", dir, cert);
		snprintf(key_path, sizeof(key_path), "%s/%s.key", dir, cert);
		dup2(out[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
		execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", cert_path, "-key", key_path,
		       "-rev", extra, extra2, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	file = fdopen(out[0], "r");
	assert_non_null(file);
	*port = 0;
	while (!*port && fgets(line, sizeof(line), file))
		sscanf(line, "ACCEPT 127.0.0.1:%u", port);
	assert_true(*port > 0);
	fclose(file); /* it goes on without saying anything */
	return pid;
}

static bool run(const char *command)
{
	char text[1024];

	snprintf(text, sizeof(text), "cd %s && { %s; } >/dev/null 2>&1", dir, command);
	return system(text) == 0;
}

static int make_certificates(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_DFL); /* nothing here may raise it */
	unsetenv("http_proxy");
	if (!mkdtemp(dir))
		return -1;
	ready = run("openssl version");
	for (const char *const *ca = (const char *const[]){ "ca", "other", NULL }; ready && *ca; ca++) {
		char command[512];

		snprintf(command, sizeof(command),
			 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -out %s.pem "
			 "-days 2 -subj /CN=%s", *ca, *ca, *ca);
		ready = run(command);
	}
	for (const char *const *cert = (const char *const[]){ "localhost", "inner.test", NULL }; ready && *cert; cert++) {
		char command[512];

		snprintf(command, sizeof(command),
			 "printf 'subjectAltName=DNS:%s' >san && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
			 "-keyout %s.key -out csr -subj /CN=%s && openssl x509 -req -in csr -CA ca.pem -CAkey ca.key "
			 "-CAcreateserial -days 2 -extfile san -out %s.pem", *cert, *cert, *cert, *cert);
		ready = run(command);
	}
	return 0;
}

static int remove_certificates(void **state)
{
	char command[64];
	(void)state;

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void need_openssl(void)
{
	if (ready)
		return;
	print_message("no openssl program that makes certificates and serves\n");
	skip();
}

static void tls_round_trip(const char *host, unsigned port)
{
	struct told told;
	char bytes[64] = "";
	ssize_t n = 0;

	begin(true, host, port);
	assert_false(connector_plain(connector, &origin));
	start(&told);
	drive(1);
	assert_string_equal(told.why, "");
	assert_int_equal(told.failure, FAILURE_NONE);
	assert_true(told.tls > 0 && told.tls < PATIENCE);
	assert_true(fcntl(told.fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(line_recv(told.line, bytes, sizeof(bytes)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(line_send(told.line, "abc\n", 4), 4);
	while (n < 4) {
		ssize_t more = line_recv(told.line, bytes + n, sizeof(bytes) - (size_t)n);

		if (more < 0) {
			assert_int_equal(errno, EAGAIN);
			assert_int_equal(poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000), 1);
			continue;
		}
		assert_true(more > 0);
		n += more;
	}
	assert_memory_equal(bytes, "cba\n", 4);
	line_close(told.line);
	end();
}

static void the_authority_counts(void **state)
{
	struct told told;
	unsigned port;
	pid_t pid;
	(void)state;

	need_openssl();
	pid = tls_server(&port, "localhost", NULL, NULL);
	options.cacert = in_dir("ca.pem");
	tls_round_trip("localhost", port);
	options.cacert = in_dir("other.pem");
	try(&told, true, "localhost", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	assert_contains(told.why, "certificate");
	options.cacert = in_dir("ca.pem");
	try(&told, true, "127.0.0.1", port); /* not of that name */
	assert_int_equal(told.failure, FAILURE_TLS);
	try(&told, true, "localhost", port); /* none that is known here */
	assert_int_equal(told.failure, FAILURE_TLS);
	options.insecure = true;
	tls_round_trip("127.0.0.1", port);
	assert_true(run("mkdir authorities && cp ca.pem authorities/$(openssl x509 -noout -hash -in ca.pem).0"));
	options.capath = in_dir("authorities");
	tls_round_trip("localhost", port);
	options.capath = dir;
	try(&told, true, "localhost", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	stop(pid);
}

static void the_name_of_the_server_can_be_another(void **state)
{
	struct told told;
	unsigned port;
	char rule[64];
	const char *rules[] = { rule, NULL };
	pid_t pid;
	(void)state;

	need_openssl();
	pid = tls_server(&port, "inner.test", NULL, NULL);
	options.cacert = in_dir("ca.pem");
	try(&told, true, "localhost", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	options.cacert = in_dir("ca.pem");
	options.server_name = "inner.test";
	tls_round_trip("localhost", port);
	options.cacert = in_dir("ca.pem");
	options.server_name = "inner.test";
	options.connect_to = rules;
	snprintf(rule, sizeof(rule), "name.invalid:443:127.0.0.1:%u", port);
	tls_round_trip("name.invalid", 443);
	stop(pid);
}

static void versions_ciphers_and_certificates(void **state)
{
	struct told told;
	unsigned port;
	pid_t pid;
	(void)state;

	need_openssl();
	pid = tls_server(&port, "localhost", "-tls1_2", NULL);
	options.insecure = true;
	options.tls_min = "1.2";
	options.ciphers = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
	tls_round_trip("localhost", port);
	options.insecure = true;
	options.tls_min = "1.3";
	try(&told, true, "localhost", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	stop(pid);
}

/* In TLS 1.3 the client's handshake is over when the server refuses its certificate, or the want of one. */
static void a_certificate_that_is_missed(void **state)
{
	char right[] = "open", wrong[] = "shut";
	struct told told;
	unsigned port;
	char bytes[16];
	ssize_t n;
	pid_t pid;
	(void)state;

	need_openssl();
	pid = tls_server(&port, "localhost", "-Verify", "1");
	options.cacert = in_dir("ca.pem");
	begin(true, "localhost", port);
	start(&told);
	drive(1);
	assert_int_equal(told.failure, FAILURE_NONE);
	while ((n = line_recv(told.line, bytes, sizeof(bytes))) < 0 && errno == EAGAIN)
		poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000);
	assert_int_equal(n, -1);
	assert_int_equal(errno, EPROTO);
	line_close(told.line);
	end();

	options.cacert = in_dir("ca.pem");
	options.cert = in_dir("inner.test.pem");
	options.key = in_dir("inner.test.key");
	tls_round_trip("localhost", port);

	assert_true(run("openssl pkey -in inner.test.key -aes128 -passout pass:open -out locked.key"));
	options.cacert = in_dir("ca.pem");
	options.cert = in_dir("inner.test.pem");
	options.key = in_dir("locked.key");
	options.key_password = right;
	tls_round_trip("localhost", port);
	options.cacert = in_dir("ca.pem");
	options.cert = in_dir("inner.test.pem");
	options.key = in_dir("locked.key");
	options.key_password = wrong;
	try(&told, true, "localhost", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	stop(pid);
}

/* Of a peer that is gone without TLS's close_notify. Whether that is told apart depends on libcurl's version. */
static void an_end_without_close_notify(void **state)
{
	struct told told;
	unsigned port;
	char bytes[16];
	ssize_t n;
	pid_t pid;
	(void)state;

	need_openssl();
	pid = tls_server(&port, "localhost", NULL, NULL);
	options.insecure = true;
	begin(true, "localhost", port);
	start(&told);
	drive(1);
	assert_int_equal(told.failure, FAILURE_NONE);
	stop(pid);
	while ((n = line_recv(told.line, bytes, sizeof(bytes))) < 0 && errno == EAGAIN)
		poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000);
	assert_true(n == 0 || (n == -1 && errno == ECONNRESET));
	line_close(told.line);
	end();
}

static void what_is_not_tls(void **state)
{
	struct told told;
	unsigned port;
	pid_t pid = answering("HTTP/1.1 400 Bad Request\r\n\r\n", &port);
	int listener;
	(void)state;

	try(&told, true, "127.0.0.1", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	stop(pid);

	pid = answering(NULL, &port); /* closes instead of answering */
	try(&told, true, "127.0.0.1", port);
	assert_int_equal(told.failure, FAILURE_TLS);
	stop(pid);

	listener = listening(4, &port); /* never answers */
	options.connect_timeout = SECOND / 5;
	try(&told, true, "127.0.0.1", port);
	assert_int_equal(told.failure, FAILURE_TIMEOUT);
	close(listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_authority_counts),
		cmocka_unit_test(the_name_of_the_server_can_be_another),
		cmocka_unit_test(versions_ciphers_and_certificates),
		cmocka_unit_test(a_certificate_that_is_missed),
		cmocka_unit_test(an_end_without_close_notify),
		cmocka_unit_test(what_is_not_tls),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
