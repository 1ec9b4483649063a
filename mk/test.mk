# Unit tests (cmocka), command-line tests (bats), the known-truth experiments and the benchmarks.

UNITS = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

# A unit test is tests/unit/<module>.c; it is linked with the whole library.
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(call objects,$(MODULES:%=lib/%.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(UNIT_LIBS) -lcmocka -lmicrohttpd -lsqlite3 -lm -pthread

# The parser of a targets file belongs to its program.
$(BUILD)/tests/unit/targets: $(BUILD)/obj/cmd/bench-gate/targets.o

# So does the fitting of growth.
GROWTH = growth curve groups repeats
$(BUILD)/tests/unit/fit: $(call objects,$(GROWTH:%=cmd/bench-fit/%.c))

# And what db-seed fills columns with.
GENERATION = value generator pick expression date uuid digits text jsontext bytes bundle config crc32 pem \
             fake fake-address fake-net fake-people words-english words-net words-people words-places words-trade
$(addprefix $(BUILD)/tests/unit/,value pick date digits generator compound fake bundle): \
	$(call objects,$(GENERATION:%=cmd/db-seed/%.c))

# And the reading of a database's schema.
DB_SCHEMA = schema key check alternative nulls limit values fact subject literal token
$(BUILD)/tests/unit/schema $(BUILD)/tests/unit/check $(BUILD)/tests/unit/limit: $(call objects,$(DB_SCHEMA:%=cmd/db-seed/%.c))

# And the spec and the plan, which stand on both.
DB_SPEC = scope make pattern spec reading readers compounds moment
DB_PLAN = $(DB_SPEC) align arrange compare counts describe distinct draft existing fits guess guess-number guess-text \
          guess-unique ideas mentions plan references remedy shape trial tuples unique verify
$(BUILD)/tests/unit/spec: $(call objects,$(patsubst %,cmd/db-seed/%.c,$(DB_SPEC) $(GENERATION) $(DB_SCHEMA)))
$(BUILD)/tests/unit/plan: $(call objects,$(patsubst %,cmd/db-seed/%.c,$(DB_PLAN) $(GENERATION) $(DB_SCHEMA)))

# What db-load makes of scripts.
DB_SCRIPT = script parse split
$(BUILD)/tests/unit/script: $(call objects,$(DB_SCRIPT:%=cmd/db-load/%.c))

# And http-load's making of requests.
HTTP_REQUESTS = url percent template feed expectation fields request request-name requests-file mix
$(addprefix $(BUILD)/tests/unit/,url template feed expectation mix request requests): \
	$(call objects,$(HTTP_REQUESTS:%=cmd/http-load/%.c))

# And its plans and judgements.
$(addprefix $(BUILD)/tests/unit/,find-max slo ramp when): $(BUILD)/tests/unit/%: $(BUILD)/obj/cmd/http-load/%.o
$(addprefix $(BUILD)/tests/unit/,saturation totals): $(call objects,$(patsubst %,cmd/http-load/%.c,saturation totals failure))

# And its schedule, with an engine of the test's own.
HTTP_LOAD = load worker account gather failure
$(BUILD)/tests/unit/load: $(call objects,$(HTTP_LOAD:%=cmd/http-load/%.c))

# The rate limits of api-mock.
$(BUILD)/tests/unit/limits: $(BUILD)/obj/cmd/api-mock/limits.o

# And its connections.
HTTP_CONNECTIONS = connector handle transfer failure
$(addprefix $(BUILD)/tests/unit/,connector connector-tls): $(call objects,$(HTTP_CONNECTIONS:%=cmd/http-load/%.c))
$(addprefix $(BUILD)/tests/unit/,connector connector-tls): UNIT_LIBS = -lcurl

# What fc-probe asks for, and what it makes of the answers.
$(BUILD)/tests/unit/fc-bodies: $(BUILD)/obj/cmd/fc-probe/bodies.o
$(BUILD)/tests/unit/fc-allocs: $(BUILD)/obj/cmd/fc-probe/allocs.o
$(BUILD)/tests/unit/fc-allocs: UNIT_LIBS = $(fc-probe_LIBS)
$(BUILD)/tests/unit/fc-findings: $(BUILD)/obj/cmd/fc-probe/findings.o

# And its ways into a guest, and what it reads of others.
FC_GUEST = vsock exec exec-vsock sentinel ssh ready boot-log
$(addprefix $(BUILD)/tests/unit/,fc-vsock fc-exec fc-ssh fc-ready): $(call objects,$(FC_GUEST:%=cmd/fc-probe/%.c))
$(addprefix $(BUILD)/tests/unit/,fcmetrics smaps manifest): $(BUILD)/tests/unit/%: $(BUILD)/obj/cmd/fc-probe/%.o

# The bodies that fc-mock takes, and what goes wrong in it.
FC_BODIES = schema shapes value text rust
$(BUILD)/tests/unit/fcschema: $(call objects,$(FC_BODIES:%=cmd/fc-mock/%.c))
$(BUILD)/tests/unit/faults: $(BUILD)/obj/cmd/fc-mock/faults.o

# The shell of fc-mock's guest.
GUEST_SHELL = shell shell-builtin shell-file shell-printf shell-syntax shell-test text variables world
$(BUILD)/tests/unit/fcshell: $(call objects,$(GUEST_SHELL:%=cmd/fc-mock/%.c))

# The partition tables of disk-gen.
$(BUILD)/tests/unit/gpt: $(BUILD)/obj/cmd/disk-gen/gpt.o

# What disk-gen puts into images.
DISK_CONTENT = accounts content data log-packages logs network os owned package programs project-base project-more \
               release rpmheader system tree words write-apk write-dpkg write-pacman write-rpm
$(addprefix $(BUILD)/tests/unit/,disk-content disk-packages disk-rpm): $(call objects,$(DISK_CONTENT:%=cmd/disk-gen/%.c))

# How helios-time runs programs, reads answers, and what it asks of Helios and git.
HELIOS_BACKENDS = run said answer ids environment program helios-cli backend-helios backend-autonav backend-git git
$(BUILD)/tests/unit/helios-run: $(call objects,$(patsubst %,cmd/helios-time/%.c,run said))
$(BUILD)/tests/unit/helios-answer: $(call objects,$(patsubst %,cmd/helios-time/%.c,answer said))
$(BUILD)/tests/unit/helios-backends: $(call objects,$(HELIOS_BACKENDS:%=cmd/helios-time/%.c))

# The trees that it has kept.
HELIOS_CONTENT = content filling copy manifest verify walk printable storage
$(addprefix $(BUILD)/tests/unit/,helios-content helios-copy helios-manifest): $(call objects,$(HELIOS_CONTENT:%=cmd/helios-time/%.c))

# How proc-watch tells that something has happened, and what processes use.
PROC_PROBE = probe probe-tcp probe-http probe-unix probe-file probe-fd probe-notify probe-log address tries pathwatch http-url listeners
PROC_TREE = tree procfs process kept cgroup ledger attach
$(addprefix $(BUILD)/tests/unit/,proc-probe proc-probe-file proc-probe-tcp proc-probe-http): $(call objects,$(PROC_PROBE:%=cmd/proc-watch/%.c))
$(addprefix $(BUILD)/tests/unit/,procfs tree tree-cpu tree-cgroup attach): $(call objects,$(PROC_TREE:%=cmd/proc-watch/%.c))

# Programs that command-line tests need: a client of unix sockets, a server that misbehaves, a Helios that lies, a program
# whose use is known, a server that is late.
TEST_PROGRAMS = vsock-client hostile helios-cli known-load late-server
$(BUILD)/tests/helios-cli: $(call objects,$(patsubst %,lib/%.c,die sha256 units clock rng json jsonout utf8) tests/cli/helios-script.c tests/cli/helios-store.c)
$(BUILD)/tests/known-load $(BUILD)/tests/late-server: $(call objects,$(patsubst %,lib/%.c,die units clock))
$(TEST_PROGRAMS:%=$(BUILD)/tests/%): $(BUILD)/tests/%: $(BUILD)/obj/tests/cli/%.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -pthread -lm

# The judgement of bench-diff on data whose truth is known.
JUDGEMENT = comparison estimate evidence judge pairing rules
$(BUILD)/tests/stat/truth: $(call objects,tests/stat/truth.c $(JUDGEMENT:%=cmd/bench-diff/%.c) $(MODULES:%=lib/%.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lmicrohttpd -lsqlite3 -lm -pthread

# The fits of bench-fit on data whose growth is known.
$(BUILD)/tests/stat/fit: $(call objects,tests/stat/fit.c $(GROWTH:%=cmd/bench-fit/%.c) $(READ:%=lib/%.c) lib/rng.c)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

unit-tests: $(UNITS:%=$(BUILD)/tests/unit/%) $(TEST_PROGRAMS:%=$(BUILD)/tests/%)

# Every kind of test prints TAP; ci/tap runs them and counts.
check: all unit-tests
	ci/tap $(BUILD)

# Unit and command-line tests alone: what a build sandbox can run.
QUICK ?= unit,cli
check-quick: all unit-tests
	ci/tap --only $(QUICK) $(BUILD)

.PHONY: check check-quick unit-tests

# The fuzzers, ten minutes each; `check` gives each a short turn.
fuzz: all
	FUZZ_SECONDS=$${FUZZ_SECONDS:-600} tests/fuzz/run $(BUILD)

.PHONY: fuzz

# The programs beside their peers, in ratios.
bench-tools: all
	tests/bench/tools $(BUILD)/bin

# How often bench-diff and bench-fit are right, in figures.
bench-stat-truth: $(BUILD)/tests/stat/truth $(BUILD)/tests/stat/fit
	$(BUILD)/tests/stat/truth
	$(BUILD)/tests/stat/fit

# Databases: db-seed beside sqlite3's .import, db-load beside a bare loop and beside a lock, NebulaGC's handlers.
bench-db: all
	tests/bench/db-seed $(BUILD)/bin
	tests/bench/db-load $(BUILD)
	tests/bench/db $(BUILD)/bin

# The parser of HTTP responses, in ns.
HTTP_RESPONSE = octet httphead httpchunked httpresponse
$(BUILD)/tests/bench/http-parser: $(call objects,tests/bench/http-parser.c $(HTTP_RESPONSE:%=lib/%.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

bench-http-parser: $(BUILD)/tests/bench/http-parser
	$(BUILD)/tests/bench/http-parser

# Reconciliation: one environment, production scale, how it grows.
bench-reconcile: all
	tests/bench/reconcile $(BUILD)/bin

# HTTP: http-load against what is known beforehand; NebulaGC's API, on api-mock or the server at API_URL.
bench-http: all
	tests/bench/http-truth $(BUILD)/bin

bench-api: all
	tests/bench/api $(BUILD)/bin

# http-load beside wrk, h2load, ab and a bare loop, against nginx: ten minutes, and a machine with nothing else to do.
bench-http-peers: all
	tests/bench/http-peers $(BUILD)/bin

# MicroVMs: clean-up at full time beside theory, fc-probe's own cost, many at once.
bench-vm: all
	tests/bench/vm $(BUILD)/bin

# Helios beside git, and a scripted one whose times are known.
bench-helios: all unit-tests
	tests/bench/helios $(BUILD)

# Processes: what proc-watch finds beside what is known; a real lighthouse.
bench-lighthouse: all unit-tests
	tests/bench/lighthouse $(BUILD)

bench: bench-tools bench-stat-truth bench-db bench-reconcile bench-http bench-api bench-vm bench-helios bench-lighthouse

.PHONY: bench bench-vm bench-helios bench-lighthouse bench-api bench-db bench-http bench-http-peers bench-reconcile bench-tools bench-stat-truth
