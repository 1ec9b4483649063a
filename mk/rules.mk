# How things are built from the lists in the Makefile.

MODULES = $(LEVEL0) $(LEVEL1) $(LEVEL2) $(LEVEL3) $(LEVEL4) $(LEVEL5) $(LEVEL6) $(LEVEL7) $(LEVEL8)
tool_sources = $(if $(wildcard cmd/$(1).c),cmd/$(1).c,$(filter-out cmd/$(1)/alloc-count.c,$(sort $(wildcard cmd/$(1)/*.c))))
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

define TOOL
$(BUILD)/bin/$(1): $(call objects,$(call tool_sources,$(1)) $($(1)_USES:%=lib/%.c)) $(if $($(1)_EMBEDS),$(BUILD)/obj/embed/$(1).o) | $(BUILD)/bin/
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $($(1)_LIBS) -lm

# The files that the program carries, as the table of embed.h.
$(BUILD)/embed/$(1).c: $(sort $(wildcard $($(1)_EMBEDS:%=cmd/$(1)/%))) mk/embed.awk
	@mkdir -p $$(@D)
	LC_ALL=C awk -v strip=cmd/$(1)/ -f mk/embed.awk $$(filter-out %.awk,$$^) > $$@
endef
$(foreach t,$(TOOLS),$(eval $(call TOOL,$(t))))

# Bound at start, the process that cmd-time spawns commands from does without the linker's tables
# and stays small, which every command's max-rss depends on.
$(BUILD)/bin/cmd-time: private ALL_LDFLAGS += -Wl,-z,now

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(OWN_CFLAGS) -MMD -MP -c -o $@ $<

# A text of any length is one string here.
$(BUILD)/obj/embed/%.o: $(BUILD)/embed/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# Only this file knows where the counter is installed, so only it is made again for another PREFIX.
$(BUILD)/obj/cmd/cmd-time/allocs.o: OWN_CFLAGS = -DBENCHPIPE_LIBEXECDIR='"$(LIBEXECDIR)"'
$(BUILD)/obj/cmd/cmd-time/allocs.o: $(BUILD)/libexecdir

# Where disk-gen finds e2fsprogs that are not on PATH.
E2FSPROGS ?= /sbin
$(BUILD)/obj/cmd/disk-gen/main.o: OWN_CFLAGS = -DBENCHPIPE_E2FSPROGS='"$(E2FSPROGS)"'

# The malloc counter that cmd-time --allocs preloads; never sanitized, it sits in foreign programs.
$(BUILD)/libexec/alloc-count.so: cmd/cmd-time/alloc-count.c $(BUILD)/flags | $(BUILD)/libexec/
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(CFLAGS) -fPIC -shared $(LDFLAGS) -o $@ $< -ldl

# Rebuild everything when the compiler, the flags or the version change.
FLAGS_flags = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)
FLAGS_libexecdir = $(LIBEXECDIR)
$(BUILD)/flags $(BUILD)/libexecdir: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_$(@F))' | cmp -s - $@ || echo '$(FLAGS_$(@F))' > $@

%/:
	@mkdir -p $@

FORCE:
.PHONY: all FORCE clean help
.SECONDARY:
.DELETE_ON_ERROR:

clean:
	rm -rf build

help:
	@echo 'all       the programs, in $(BUILD)/bin'
	@echo 'check     all tests, lint among them; check-quick: unit and command-line tests'
	@echo 'lint      compilers, analysers, shellcheck, mandoc, the include rule'
	@echo 'bench     the benchmarks (bench-tools, bench-stat-truth, bench-db, bench-reconcile, bench-http,'
	@echo '          bench-api, bench-vm, bench-helios, bench-lighthouse); never a pass/fail test; bench-http-peers: http-load beside wrk, h2load and ab'
	@echo 'fuzz      the fuzzers, FUZZ_SECONDS (600) each'
	@echo 'install   into $$(DESTDIR)$$(PREFIX); uninstall takes it out again'
	@echo 'dist      benchpipe-$(VERSION).tar.gz'
	@echo 'clean     remove build/'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
