# Stance: everything a newcomer would guess. `make help` lists the targets.
#
# A variant is a folder under build/: release (the default), asan, clang, tsan, cov, fuzz.
# V=1 shows the commands; CI=true or WERROR=1 makes warnings errors. JOIN=1 compiles many sources at once, for one who
# builds all of them (make check): half of the time.

VARIANT ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
WERROR  ?= $(if $(CI),1,)
V       ?=

# Debian's own Python, which deps installs: a version manager's shim in its place costs half a second at each of hundreds of
# starts.
export PATH := /usr/bin:/bin:$(PATH)

PKG_CONFIG ?= pkg-config
B := build/$(VARIANT)
Q := $(if $(V),,@)

# --- compilers and flags, per variant ------------------------------------------------------

ifneq (,$(filter clang fuzz cov,$(VARIANT)))
CC := clang
else ifeq (default,$(origin CC))
CC := gcc
endif

PACKAGES := sdl2 SDL2_ttf libpng fribidi libsystemd jansson libserialport inih zlib sqlite3 libzstd \
	cairo pangocairo libgpiod libsodium
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wno-sign-conversion
HARDEN := -fstack-protector-strong -fPIE
# No contraction: the same digits on every architecture.
# POSIX; a source that uses more of GNU says so itself: for its sake alone <math.h> names every function ten times.
BASE_CFLAGS := -std=c17 -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 -I. -g -MMD -MP -ffp-contract=off \
	-fvisibility=hidden $(WARN) $(HARDEN) $(if $(WERROR),-Werror,)
# Not -O3: gcc 12 then unrolls the per-frame loops before it vectorises them, half as fast.
OPT := -O2 -ftree-vectorize

VARIANT_CFLAGS_release := $(OPT) -D_FORTIFY_SOURCE=2
VARIANT_CFLAGS_clang   := $(OPT)
# Lines are all that a report needs: a hundred test programs link in half the time.
VARIANT_CFLAGS_asan    := -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
# Joined, for machines to run: undefined behaviour ends a program as before, and with handle_sigill=2 in ASAN_OPTIONS ASan says
# where; what it was says a build that is not joined. The sentences are three fifths of every program, which the linker, the
# start and the search for leaks go through.
VARIANT_CFLAGS_asan    += $(if $(JOIN),-fsanitize-undefined-trap-on-error)
VARIANT_CFLAGS_tsan    := -O1 -fsanitize=thread
VARIANT_CFLAGS_cov     := -O0 -g0 -fprofile-instr-generate -fcoverage-mapping
VARIANT_CFLAGS_fuzz    := -O1 -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

ALL_CFLAGS := $(BASE_CFLAGS) $(VARIANT_CFLAGS_$(VARIANT)) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
comma := ,
SAN_LDFLAGS := $(filter -fsanitize=% -fprofile-instr-generate,$(VARIANT_CFLAGS_$(VARIANT)))
# What users run is linked by the system's own linker; a hundred test programs by a quicker one.
FAST_LINK := $(if $(filter release,$(VARIANT)),,$(if $(shell command -v ld.lld),-fuse-ld=lld))
ALL_LDFLAGS := -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(SAN_LDFLAGS) $(FAST_LINK) $(LDFLAGS)
# A test program runs once where it was built: it needs no place of its own choosing, and without the
# hundred thousand relocations that a sanitizer's tables ask for it links in two thirds of the time.
# One thread a link: make runs as many links as there are cores.
TEST_LINK := $(if $(shell command -v ld.lld),-fuse-ld=lld -Wl$(comma)--threads=1) $(if $(filter \
	asan release,$(VARIANT)),-no-pie)

pkg_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)

# A rule names its folder after "|": a process less for each of a thousand files. $(info) instead of
# echo, and no shell of our own, save two more.
.SECONDEXPANSION:
$(B)/%/:
	@mkdir -p $@

# --- sources: one archive a folder, one main file a program --------------------------------

MAINS := src/daemon/main.c src/cli/main.c src/report/main.c ui/main.c hw/sim/main.c

# The header's lines by whichever libgpiod there is; the fake is for tests alone.
GPIO_V2 := $(shell $(PKG_CONFIG) --atleast-version=2.0 libgpiod 2>/dev/null && echo yes)
NOT_HERE := $(if $(GPIO_V2),hw/gpio_v1.c,hw/gpio_v2.c) hw/gpio_fake.c

sources = $(filter-out $(MAINS) $(NOT_HERE),$(wildcard $(1)/*.c))
# Of an area, by its name: an object a source, or fewer, joined.
objects = $(if $(JOIN),$(patsubst $(B)/%.c,$(B)/obj/%.o,$(wildcard $(B)/join/$(1)-*.c)),$(patsubst \
	%.c,$(B)/obj/%.o,$(call sources,$(DIR_$(1)))))

AREAS := base core sway align findings trial training calibration calfile store ipc records export daemon cli report hw sim \
	ui_core ui_model ui_plots ui_app ui_screens ui_sdl ui
DIR_base := src/base
DIR_core := src/core
DIR_sway := src/core/sway
DIR_align := src/core/align
DIR_findings := src/core/findings
DIR_trial := src/core/trial
DIR_training := src/core/training
DIR_calibration := calibration
DIR_calfile := calibration/file
DIR_store := src/store
DIR_ipc := src/ipc
DIR_records := src/records
DIR_export := src/export
DIR_daemon := src/daemon
DIR_cli := src/cli
DIR_report := src/report
DIR_hw := hw
DIR_sim := hw/sim
DIR_ui_core := ui/core
DIR_ui_model := ui/model
DIR_ui_plots := ui/plots
DIR_ui_app := ui/app
DIR_ui_screens := ui/screens
DIR_ui_sdl := ui/sdl
DIR_ui := ui

# Joined, some tests are one program; those in APART, which tools/check runs in the release variant alone, with their like.
UI_TESTS := tests/ui/% tests/unit/test_ui_% # their libraries take long to load
APART_TESTS := $(APART:%=tests/%.c)
QUICK_TESTS := $(filter-out $(APART_TESTS),$(wildcard tests/unit/test_*.c tests/ui/test_*.c))
JOINED_BENCHES := $(wildcard tests/bench/bench_*.c)
JOINED_TESTS := $(QUICK_TESTS) $(APART_TESTS) $(JOINED_BENCHES)
SUPPORT_SRC := $(wildcard tests/support/*.c) hw/gpio_fake.c
ifneq (,$(JOIN))
JOINED := $(shell tools/join $(B)/join $(foreach a,$(AREAS),$(a): $(call sources,$(DIR_$(a)))) \
	support: $(SUPPORT_SRC) tests_ui: $(filter $(UI_TESTS),$(QUICK_TESTS)) tests: $(filter-out $(UI_TESTS),$(QUICK_TESTS)) \
	apart_ui: $(filter $(UI_TESTS),$(APART_TESTS)) apart: $(filter-out $(UI_TESTS),$(APART_TESTS)) bench: $(JOINED_BENCHES))
endif

archive = $(B)/lib/lib$(1).a

define area_rule
$(call archive,$(1)): $(call objects,$(1)) | $(B)/lib/
	$$(Q)rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach a,$(AREAS),$(eval $(call area_rule,$(a))))

PROGRAMS := stanced stance stance-ui stance-report stance-sim
BIN := $(addprefix $(B)/bin/,$(PROGRAMS))

AREAS_stanced    := daemon export records ipc store hw calfile calibration training trial findings align sway core base
AREAS_stance     := cli export records ipc store hw calfile calibration training trial findings align sway core base
AREAS_stance-ui  := ui ui_sdl ui_screens ui_app ui_plots ui_model ui_core calibration ipc training trial findings align sway core base
AREAS_stance-report := report records ipc calfile calibration store training trial findings align sway core base
AREAS_stance-sim := sim hw core base

LIBS_stanced    := $(call pkg_libs,libsystemd libgpiod jansson libserialport inih zlib sqlite3 libzstd libsodium) \
	-lpthread -lm
# EDFlib is a static library without a pkg-config file.
LIBS_stance     := $(call pkg_libs,libgpiod jansson libserialport inih zlib sqlite3 libzstd libsodium) -ledf -lm
LIBS_stance-ui  := $(call pkg_libs,sdl2 SDL2_ttf fribidi libpng jansson inih) -lm
LIBS_stance-report := $(call pkg_libs,cairo pangocairo jansson sqlite3 libzstd zlib libsodium) -lpthread -lm
LIBS_stance-sim := $(call pkg_libs,zlib) -lm

MAIN_stanced    := src/daemon/main.c
MAIN_stance     := src/cli/main.c
MAIN_stance-ui  := ui/main.c
MAIN_stance-report := src/report/main.c
MAIN_stance-sim := hw/sim/main.c

define program_rule
$(B)/bin/$(1): $(B)/obj/$(MAIN_$(1):.c=.o) $(foreach a,$(AREAS_$(1)),$(call archive,$(a))) | $(B)/bin/
	$$(info $$()  LINK  $$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$< -Wl,--start-group $$(filter %.a,$$^) \
		-Wl,--end-group $$(if $$(JOIN),$$(TEST_LIBS),$$(LIBS_$(1)))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

# --- tests: every tests/unit/test_*.c and tests/ui/test_*.c is one program -----------------

TEST_SRC := $(wildcard tests/unit/test_*.c tests/ui/test_*.c)
TEST_BIN := $(TEST_SRC:%.c=$(B)/%)
BENCH_SRC := $(wildcard tests/bench/bench_*.c)
BENCH_BIN := $(BENCH_SRC:%.c=$(B)/%)
# Those that take minutes: tools/check --all.
LONG_SRC := $(wildcard tests/long/test_*.c)
LONG_BIN := $(LONG_SRC:%.c=$(B)/%)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_SRC:%.c=$(B)/%)
# An archive, so that a test links only what it uses of it: half the time of a link.
SUPPORT_LIB := $(B)/lib/libtestsupport.a
SUPPORT_OBJ := $(if $(JOIN),$(call objects,support),$(SUPPORT_SRC:%.c=$(B)/obj/%.o))
ALL_ARCHIVES := $(foreach a,$(AREAS),$(call archive,$(a)))
# Libraries that tests preload into a running program; never sanitized, never linked.
PRELOAD_SRC := $(wildcard tests/support/preload/*.c)
PRELOAD_LIB := $(PRELOAD_SRC:%.c=$(B)/%.so)
TEST_LIBS := $(call pkg_libs,cmocka $(PACKAGES)) -ledf -lm -lutil

$(SUPPORT_LIB): $(SUPPORT_OBJ) | $(B)/lib/
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)

define link_against_all
$(info $()  LINK  $@)
$(Q)$(CC) $(ALL_LDFLAGS) $(TEST_LINK) -o $@ $< -Wl,--start-group $(SUPPORT_LIB) $(ALL_ARCHIVES) \
	-Wl,--end-group $(TEST_LIBS)
endef

$(PRELOAD_LIB): $(B)/%.so: %.c | $$(@D)/
	$(info $()  CC    $<)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O1 -g -fPIC -shared -Wall -Wextra \
		$(if $(WERROR),-Werror,) -o $@ $< -ldl

MANY_BIN := $(if $(JOIN),$(JOINED_TESTS:%.c=$(B)/%))
$(filter-out $(MANY_BIN),$(TEST_BIN) $(BENCH_BIN)) $(LONG_BIN): $(B)/%: $(B)/obj/%.o $(SUPPORT_LIB) $(ALL_ARCHIVES) | $$(@D)/
	$(link_against_all)

# Joined, a program is many, by the name that it is started under; join/tests.mk says which.
ifneq (,$(JOIN))
include $(B)/join/tests.mk
$(MANY_BIN): | $$(@D)/
	$(Q)ln -f $< $@ # its own path, as /proc/self/exe says it
$(patsubst $(B)/obj/join/%.o,$(B)/tests/%,$(foreach a,tests tests_ui apart apart_ui bench,$(call objects,$(a)))): $(B)/tests/%: $(B)/obj/join/%.o \
	$(SUPPORT_LIB) $(ALL_ARCHIVES) | $$(@D)/
	$(link_against_all)
endif

# A fuzz target is linked with libFuzzer in the fuzz variant, else with a corpus runner. Only what
# parses is linked, so that the coverage variant stays quick to build.
FUZZ_MAIN_OBJ := $(if $(filter fuzz,$(VARIANT)),,$(B)/obj/tests/fuzz/corpus_main.o)
FUZZ_AREAS := $(if $(JOIN),$(AREAS),export ipc store hw calfile calibration training core ui_core base)
FUZZ_ARCHIVES := $(foreach a,$(FUZZ_AREAS),$(call archive,$(a)))
# For coverage only the parsers themselves are compiled anew (tools/cov names them).
PARSERS ?=
ifeq (cov,$(VARIANT))
FUZZ_ARCHIVES := $(PARSERS:%.c=$(B)/obj/%.o) $(FUZZ_ARCHIVES:$(B)/%=build/release/%)
endif
$(FUZZ_BIN): $(B)/%: $(B)/obj/%.o $(FUZZ_MAIN_OBJ) $(FUZZ_ARCHIVES) | $$(@D)/
	$(info $()  LINK  $@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(TEST_LINK) $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer) -o $@ $< \
		$(FUZZ_MAIN_OBJ) -Wl,--start-group $(FUZZ_ARCHIVES) -Wl,--end-group $(TEST_LIBS)

$(B)/obj/%.o: %.c | $$(@D)/
	$(info $()  CC    $<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# A name may be that of a function in another source: shadows are looked for where sources are compiled one by one.
$(B)/obj/join/%.o: ALL_CFLAGS += -Wno-shadow
$(B)/obj/join/%.o: $(B)/join/%.c | $$(@D)/
	$(info $()  CC    $<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $< 2>$@.log || tools/join --apart $@ $< $(CC) $(ALL_CFLAGS)

# Under the sanitizers a test is compiled more often than it runs, and so is what waits for others
# more than it computes; what computes keeps its optimisation. What a test itself does with numbers is not
# what is to be proved; its memory is guarded, as the product writes there.
ifeq (asan,$(VARIANT))
$(B)/obj/tests/unit/%.o $(B)/obj/tests/ui/%.o: ALL_CFLAGS += -O0 -fno-sanitize=undefined
$(foreach d,cli daemon export ipc records report store,$(B)/obj/src/$(d)/%.o): ALL_CFLAGS += -O0
$(foreach d,app core model plots screens sdl,$(B)/obj/ui/$(d)/%.o): ALL_CFLAGS += -O0
$(foreach a,tests tests_ui apart apart_ui bench,$(B)/obj/join/$(a)-%.o): ALL_CFLAGS += -O0 -fno-sanitize=undefined
$(foreach a,cli daemon export ipc records report store ui_app ui_core ui_model ui_plots ui_screens ui_sdl,$(B)/obj/join/$(a)-%.o): ALL_CFLAGS += -O0
endif

# --- translations: po/LANG/*.po together are one catalogue; two test languages from the template -----

TRANSLATED := $(sort $(wildcard ui/*.c ui/*/*.c src/report/*.c src/core/*.c src/core/*/*.c \
	src/base/i18n.c src/base/say_sentence.c src/base/say_template.c src/records/*.c src/daemon/*.c \
	src/store/store.c hw/*.c calibration/*.c calibration/file/*.c))
LANGUAGES := $(notdir $(wildcard po/*))
catalogues = $(1:%=$(B)/share/locale/%/LC_MESSAGES/stance.mo)
CATALOGUES := $(call catalogues,$(LANGUAGES) en_XA ar_XB)
TEMPLATE := $(B)/po/stance.pot

TRANSLATED += src/base/intended_use.c src/ipc/document_visit.c

# Written anew only when its texts changed, or every build would translate.
$(TEMPLATE): $(TRANSLATED) | $(B)/po/
	$(Q)xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
		--keyword=P_:1,2 --keyword=procedure_hint:2 --keyword=procedure_note:2 \
		--keyword=procedure_refuse:2 --keyword=not_now:2 --add-comments=TRANSLATORS --package-name=stance \
		-o $@ $^
	$(Q)sed -i 's/charset=CHARSET/charset=UTF-8/' $@

$(B)/po/en_XA.po $(B)/po/ar_XB.po: $(B)/po/%.po: $(TEMPLATE) tools/pseudo
	$(Q)tools/pseudo $* $< >$@

define language_rule
$(B)/po/$(1).po: $(wildcard po/$(1)/*.po) | $(B)/po/
	$$(Q)msgcat --use-first -o $$@ $$^
endef
$(foreach l,$(LANGUAGES),$(eval $(call language_rule,$(l))))

$(CATALOGUES): $(B)/share/locale/%/LC_MESSAGES/stance.mo: $(B)/po/%.po | $$(@D)/
	$(info $()  MO    $@)
	$(Q)msgfmt --check-format -o $@ $<

# --- spoken prompts: speech/LANG.txt, one NAME TEXT a line; only where espeak-ng is installed ---------

SPEECH := $(if $(shell command -v espeak-ng),$(patsubst speech/%.txt,$(B)/share/stance/speech/%/made,$(wildcard speech/*.txt)))

$(SPEECH): $(B)/share/stance/speech/%/made: speech/%.txt | $$(@D)/
	$(info $()  SAY   $<)
	$(Q)while read -r name text; do case "$$name" in ''|'#'*) continue;; esac; \
		espeak-ng -v $* -s 150 -w $(@D)/$$name.wav "$$text" || exit 1; done <$< && touch $@

# --- targets -------------------------------------------------------------------------------

.DEFAULT_GOAL := all
.PHONY: all tests demo check check-all check-station deb check-layers check-size bench fuzz lint fmt \
	regen install uninstall deps clean help fuzz-archives
# Kept, yet missed when absent: .SECONDARY alone would hold an archive newer than a source that came later
# with an older date to be up to date without it.
.PRECIOUS: $(B)/obj/%.o $(B)/%/

all: $(BIN) $(CATALOGUES) $(SPEECH) ## build the programs into build/release/bin

tests: $(BIN) $(CATALOGUES) $(TEST_BIN) $(LONG_BIN) $(FUZZ_BIN) $(BENCH_BIN) $(PRELOAD_LIB)

demo: ## the main job on a simulated person: installs what is missing, builds, runs
	@tools/demo

check: ## every test that needs no hardware; installs what is missing
	@tools/check

check-all: ## the long run: clang, TSan, long scenes, longer fuzzing
	@tools/check --all

check-station: ## the packages in a booted arm64 guest, with buttons, lamps and a touch panel; 15 minutes
	@tests/vm/check-station

check-layers: ## includes point one way; pure folders stay pure
	@tools/check-layers

check-size: ## functions and files that have grown too long
	@tools/check-size

bench: $(BENCH_BIN) $(BIN) ## measured figures beside a baseline in the same run
	@tools/bench $(B)

fuzz: ## fuzz each parser for FUZZ_SECONDS (default 60) with libFuzzer
	@tools/fuzz $(or $(FUZZ_SECONDS),60)

fuzz-archives: $(FUZZ_ARCHIVES)

lint: ## cppcheck and clang-tidy over the sources
	@tools/lint

fmt: ## lay out every source with clang-format
	clang-format -i $$(git ls-files '*.c' '*.h')

regen: $(BIN) ## make the golden screens anew; explain each change
	@tools/regen $(B)

deps: ## install what the build and the tests need (Debian packages; root or sudo)
	@tools/install-deps

MAN1 := $(wildcard docs/man/*.1)
MAN5 := $(wildcard docs/man/*.5)
MAN8 := $(wildcard docs/man/*.8)
D := $(DESTDIR)$(PREFIX)

UNITS := $(notdir $(wildcard systemd/*.service systemd/*.socket))
# Debian 12 has units in /lib: its packages say so.
UNITDIR ?= $(PREFIX)/lib/systemd/system
UDEVDIR ?= $(PREFIX)/lib/udev
# What a station needs of the system beside its units, as SOURCE:PLACE.
STATION_FILES := systemd/sysusers.d/stance.conf:$(PREFIX)/lib/sysusers.d/stance.conf \
	systemd/tmpfiles.d/stance.conf:$(PREFIX)/lib/tmpfiles.d/stance.conf \
	systemd/udev/60-stance.rules:$(UDEVDIR)/rules.d/60-stance.rules \
	systemd/udev/90-stance-brltty.rules:$(UDEVDIR)/rules.d/90-stance-brltty.rules \
	systemd/catalog/stance.catalog:$(PREFIX)/lib/systemd/catalog/stance.catalog \
	systemd/station.conf:$(PREFIX)/share/doc/stance/station.conf \
	tools/completions/stance.bash:$(PREFIX)/share/bash-completion/completions/stance \
	tools/completions/stance.zsh:$(PREFIX)/share/zsh/vendor-completions/_stance \
	tools/completions/stance.fish:$(PREFIX)/share/fish/vendor_completions.d/stance.fish
define NEWLINE


endef

install: all ## into DESTDIR/PREFIX (default /usr/local)
	install -d $(D)/bin $(D)/share/stance $(D)/share/man/man1 $(D)/share/man/man5 \
		$(D)/share/man/man8 $(D)/share/doc/stance
	install -m 755 $(BIN) $(D)/bin
	$(if $(wildcard share/*),cp -r --no-preserve=ownership share/. $(D)/share/stance/)
	for l in $(LANGUAGES); do install -D -m 644 $(B)/share/locale/$$l/LC_MESSAGES/stance.mo \
		$(D)/share/locale/$$l/LC_MESSAGES/stance.mo; done
	$(if $(SPEECH),for l in $(patsubst speech/%.txt,%,$(wildcard speech/*.txt)); do \
		install -d $(D)/share/stance/speech/$$l; \
		install -m 644 $(B)/share/stance/speech/$$l/*.wav $(D)/share/stance/speech/$$l; done)
	$(if $(MAN1),install -m 644 $(MAN1) $(D)/share/man/man1)
	$(if $(MAN5),install -m 644 $(MAN5) $(D)/share/man/man5)
	$(if $(MAN8),install -m 644 $(MAN8) $(D)/share/man/man8)
	install -m 644 README.md LICENSE $(wildcard docs/*.md) $(D)/share/doc/stance
	install -d $(DESTDIR)$(UNITDIR)
	for f in $(UNITS); do sed 's#@bindir@#$(PREFIX)/bin#;s#@docdir@#$(PREFIX)/share/doc/stance#' \
		systemd/$$f >$(DESTDIR)$(UNITDIR)/$$f; done
	$(foreach f,$(STATION_FILES),install -D -m 644 $(word 1,$(subst :, ,$f)) \
		$(DESTDIR)$(word 2,$(subst :, ,$f))$(NEWLINE)	)

deb: ## the Debian packages, judged by lintian, in build/deb (ARCH=arm64: cross-built)
	@tools/make-deb $(if $(ARCH),--arch $(ARCH))

uninstall: ## remove what install put there
	rm -f $(addprefix $(D)/bin/,$(PROGRAMS))
	rm -f $(addprefix $(D)/share/man/man1/,$(notdir $(MAN1)))
	rm -f $(addprefix $(D)/share/man/man5/,$(notdir $(MAN5)))
	rm -f $(addprefix $(D)/share/man/man8/,$(notdir $(MAN8)))
	rm -f $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS))
	rm -f $(foreach f,$(STATION_FILES),$(DESTDIR)$(word 2,$(subst :, ,$f)))
	rm -rf $(D)/share/stance $(D)/share/doc/stance
	rm -f $(LANGUAGES:%=$(D)/share/locale/%/LC_MESSAGES/stance.mo)

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
