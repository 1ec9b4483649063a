# Unit tests (cmocka), command-line tests (bats), the known-truth experiments and the benchmarks.

UNITS = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

# A unit test is tests/unit/<module>.c; it is linked with the whole library.
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(call objects,$(MODULES:%=lib/%.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lsqlite3 -lm -pthread

# The parser of a targets file belongs to its program.
$(BUILD)/tests/unit/targets: $(BUILD)/obj/cmd/bench-gate/targets.o

# So does the fitting of growth.
GROWTH = growth curve groups repeats
$(BUILD)/tests/unit/fit: $(call objects,$(GROWTH:%=cmd/bench-fit/%.c))

# The judgement of bench-diff on data whose truth is known.
JUDGEMENT = comparison estimate evidence judge pairing rules
$(BUILD)/tests/stat/truth: $(call objects,tests/stat/truth.c $(JUDGEMENT:%=cmd/bench-diff/%.c) $(MODULES:%=lib/%.c))
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lsqlite3 -lm

# The fits of bench-fit on data whose growth is known.
$(BUILD)/tests/stat/fit: $(call objects,tests/stat/fit.c $(GROWTH:%=cmd/bench-fit/%.c) $(READ:%=lib/%.c) lib/rng.c)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

unit-tests: $(UNITS:%=$(BUILD)/tests/unit/%)

# Every kind of test prints TAP; ci/tap runs them and counts.
check: all unit-tests
	ci/tap $(BUILD)

# Unit and command-line tests alone: what a build sandbox can run.
check-quick: all unit-tests
	ci/tap --only unit,cli $(BUILD)

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

bench: bench-tools bench-stat-truth

.PHONY: bench bench-tools bench-stat-truth
