# benchpipe: who is built from what. `make help` lists the targets.
# Variables: PREFIX, DESTDIR, CC, CFLAGS, E2FSPROGS (where its programs are, beside PATH), SAN=1 (address and undefined
# sanitizers, into build/san).

VERSION := $(shell cat VERSION)
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
LIBEXECDIR ?= $(PREFIX)/libexec/benchpipe

BUILD   ?= build$(if $(SAN),/san)
CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
           -Wpointer-arith -Wvla -Wformat=2 -Wundef
SANITIZE = -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANFLAGS = $(if $(SAN),$(SANITIZE))
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DBENCHPIPE_VERSION='"$(VERSION)"' \
             -Ilib $(WARN) $(SANFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(SANFLAGS) $(LDFLAGS)

# The library, level by level: a module includes only modules of lower levels.
LEVEL0 = die units clock rng utf8 embed sha256 signals listener octet uuid nofile fcversion removal procid memstream writeall pagecache proctext
LEVEL1 = redact json jsonout hist proc host outfile stat lines sql pace exprop fault wake httphead httpchunked retry lease until descendants
LEVEL2 = diffs params origin sqlfunction sqlmeter exprcode timeline workcopy serve httpresponse sqlimage warden
LEVEL3 = rank record expr
LEVEL4 = normalize table progress cli writer
LEVEL5 = members report measuring
LEVEL6 = reader
LEVEL7 = series
LEVEL8 = summary input

# Who links what. A program is cmd/<tool>.c or all of cmd/<tool>/*.c, and these modules.
TOOLS = cmd-time bench-stat bench-diff bench-gate bench-fit db-seed db-load http-load api-mock fc-probe fc-mock disk-gen helios-time proc-watch

READ  = die units clock utf8 json jsonout params host origin memstream redact uuid record lines normalize members reader hist stat series summary
cmd-time_USES   = $(READ) cli table proc progress outfile writer measuring
bench-stat_USES = $(READ) cli table input
bench-diff_USES = $(READ) cli table rank diffs outfile report input
bench-gate_USES = $(READ) cli table outfile report input
bench-fit_USES  = $(READ) cli table input

db-seed_USES    = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc embed sql exprop exprcode expr progress cli table outfile writer measuring
db-load_USES    = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc embed sql sqlfunction sqlmeter exprop exprcode expr pace progress cli table outfile \
                  sha256 signals timeline workcopy writer measuring pagecache
http-load_USES  = die units clock utf8 rng json jsonout lines params host origin memstream redact uuid record hist proc pace progress cli table outfile \
                  signals nofile timeline writer measuring octet httphead httpchunked httpresponse
db-seed_LIBS    = -lsqlite3 -pthread
db-load_LIBS    = -lsqlite3 -pthread
http-load_LIBS  = -lcurl -pthread

api-mock_USES   = die units clock utf8 rng json jsonout sha256 signals listener nofile sql sqlfunction fault wake serve workcopy outfile cli
api-mock_LIBS   = -lmicrohttpd -lsqlite3 -pthread

fc-probe_USES   = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc progress cli table outfile \
                  signals nofile writer measuring octet httphead httpchunked httpresponse fcversion retry sha256 removal procid lease lines until proctext
# It counts what it allocates.
fc-probe_LIBS   = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray,--wrap=strdup -pthread

fc-mock_USES    = die units clock utf8 rng json jsonout sha256 memstream writeall fault fcversion cli

disk-gen_USES   = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc sql sqlimage progress cli table \
                  outfile sha256 signals nofile writer measuring
disk-gen_LIBS   = -lsqlite3 -pthread

helios-time_USES = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc stat progress cli table \
                   outfile sha256 signals nofile writer measuring removal procid lease pagecache writeall descendants warden until

proc-watch_USES = die units clock utf8 rng json jsonout params host origin memstream redact uuid record hist proc stat progress cli table outfile \
                  signals nofile writer measuring octet httphead httpchunked httpresponse procid removal writeall descendants warden sha256 until proctext

# Files that a program carries in it, below its own directory.
db-seed_EMBEDS  = profiles/*.sql profiles/*.json
db-load_EMBEDS  = workloads/*.sql workloads/*/*.sql

all: $(TOOLS:%=$(BUILD)/bin/%) $(BUILD)/libexec/alloc-count.so

include mk/rules.mk
include mk/test.mk
include mk/lint.mk
include mk/install.mk
