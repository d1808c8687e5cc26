# make demo   builds bodylint and shows what it finds
# make test   runs every test
# The other targets: docs/development.md. What is missing on a Debian machine is installed by `make deps`.

SWIFT ?= swift
# Where build products go. The tests and the developers' tool share it; the binary that is given to people has the Swift
# runtime inside, and on Linux all other libraries, which changes how every module is compiled, so it has a folder of its own.
SCRATCH ?= .build
STATIC = $(SCRATCH)/static
PREFIX ?= /usr/local

# Without libraries to find and link, bodylint starts in half the time (docs/performance.md). The linker warns of functions
# of the C library that look up users and load libraries; nothing here calls them, so that is left out of what is shown.
LINKER_WARNINGS = in statically linked applications requires|the use of .mktemp. is dangerous
STATIC_OPTIONS = --static-swift-stdlib
ifeq ($(shell uname -s),Linux)
STATIC_OPTIONS += -Xswiftc -static-executable
endif

RELEASE = -c release --scratch-path '$(SCRATCH)'
# The tests import nothing as @testable. Said aloud, their modules are compiled as `swift build` compiles them, and shared.
TEST = $(SWIFT) test $(RELEASE) --disable-testable-imports --disable-xctest
BODYLINT = $(STATIC)/release/bodylint
DEV = $(SCRATCH)/release/BodylintDev
SWIFT_FILES = --recursive Sources Tests Benchmarks Package.swift

.DEFAULT_GOAL := build
.PHONY: demo build test accept generate check-generated manual dev format lint deps clean install bench count growth guesses fuzz library install-library example documentation sanitize \
  test-library wheel test-python test-spark

demo: build
	@echo
	@echo '== bodylint corpus/invalid: the last findings of many, and the summary'
	@echo
	@status=0; '$(BODYLINT)' corpus/invalid >'$(SCRATCH)/demo.txt' 2>'$(SCRATCH)/demo-notes.txt' || status=$$?; \
	awk -v RS= '{ last[NR % 4] = $$0 } \
	  END { for (i = NR - 3; i <= NR; i++) if (i > 0) print last[i % 4] (i < NR ? "\n" : "") }' '$(SCRATCH)/demo.txt'; \
	echo; \
	if [ $$status -ne 1 ]; then cat '$(SCRATCH)/demo-notes.txt' >&2; \
	  echo "make demo: bodylint ended with $$status and not with 1 (findings)" >&2; exit 1; fi; \
	echo '== That is as it should be: these bodies are wrong on purpose. All findings: $(SCRATCH)/demo.txt'; \
	echo '== Now try one of yours: $(BODYLINT) FILE'

build: deps
	@mkdir -p '$(SCRATCH)'
	@{ $(SWIFT) build -c release --scratch-path '$(STATIC)' $(STATIC_OPTIONS) --product bodylint 2>&1; \
	  echo $$? >'$(SCRATCH)/build.status'; } | grep -Ev '$(LINKER_WARNINGS)'; \
	exit "$$(cat '$(SCRATCH)/build.status')"

test: deps
	$(TEST)

# Rewrites what the corpus and the scenarios expect as bodylint judges now. The tests themselves fail while they do so.
accept: deps
	@mkdir -p '$(SCRATCH)'
	@echo 'accepting: running the corpus and the scenarios'
	@BODYLINT_ACCEPT=1 $(TEST) --filter 'CorpusTests|Scenario|PublicSymbols' >'$(SCRATCH)/accept.log' 2>&1 || true; \
	if ! grep -q 'expectations were rewritten' '$(SCRATCH)/accept.log'; then \
	  tail -n 40 '$(SCRATCH)/accept.log' >&2; \
	  echo 'make accept: the tests did not run, so nothing was accepted' >&2; exit 1; \
	fi
	@changed=$$(git status --short -- corpus Tests); \
	if [ -z "$$changed" ]; then echo 'accepted: nothing has changed'; else \
	  echo 'accepted: these differ from the last commit; read the diff, then run make test'; echo "$$changed"; fi

generate: dev
	'$(DEV)' embed
	'$(DEV)' schemas
	'$(DEV)' docs

check-generated: dev
	'$(DEV)' embed --check
	'$(DEV)' schemas --check
	'$(DEV)' docs --check

# The man page, by the command-line library's plugin, which fills the lines of the description into a paragraph unless
# told otherwise. Its date is that of the last change to the command, so that it is the same wherever it is made.
MANUAL = $(SCRATCH)/plugins/GenerateManual/outputs/BodylintCommand/bodylint.1

manual: deps
	$(SWIFT) package --scratch-path '$(SCRATCH)' plugin generate-manual \
	  --date "$$(git log -1 --format=%cs -- Sources/BodylintCommand)"
	awk '/^\.Sh DESCRIPTION/ { print; print ".Bd -literal"; inside = 1; next } \
	  inside && /^\.Bl/ { print ".Ed"; inside = 0 } { print }' '$(MANUAL)' >docs/bodylint.1

# Speed: docs/performance.md. The yardstick that runs bodylint and its peers in turn lies outside of the repository; without
# it `make bench` shows bodylint's own figures.
PEERS ?= ../shared/perf/peers.py
BENCH = $(SCRATCH)/release/bodylint-bench
SYSTEMS = images reimage gallery cloudpc

bench: build
	$(SWIFT) build $(RELEASE) --product bodylint-bench
	@if [ -f '$(PEERS)' ]; then \
	  python3 '$(PEERS)' --cli '$(abspath $(BODYLINT))' --lib-bench '$(abspath $(BENCH))' $(BENCH_OPTIONS); \
	else \
	  for mode in parse validate-text validate; do for system in $(SYSTEMS); do \
	    echo "$$mode $$system $$('$(BENCH)' $$mode Benchmarks/bodies/$$system.ndjson)"; done; done; \
	fi

# Instructions a body, held against Benchmarks/instructions.tsv; `make count COUNT_OPTIONS=--accept` writes them down.
count: deps
	$(SWIFT) build $(RELEASE) --product bodylint-bench
	$(SWIFT) build $(RELEASE) --product bodylint
	python3 Benchmarks/count.py --bench '$(BENCH)' --cli '$(SCRATCH)/release/bodylint' $(COUNT_OPTIONS)

growth: deps
	$(SWIFT) build $(RELEASE) --product bodylint-bench
	python3 Benchmarks/growth.py --bench '$(BENCH)'

# Branches that a processor would guess wrong, a body: `make guesses FILES='images.jsonl gallery.jsonl'`, hundreds of bodies each.
guesses: deps
	$(SWIFT) build $(RELEASE) --product bodylint-bench
	python3 Benchmarks/guesses.py --bench '$(BENCH)' $(FILES)

# The C interface, docs/c.md: one file with all that it needs inside but the C and C++ libraries, and no names outside but its
# own, so that it gets on with whatever else a process has loaded. SwiftPM takes a library's options from pkg-config: these
# say the archives.
LIBRARY = $(SCRATCH)/library
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Bodylint/Linter.swift)
LIBRARY_OPTIONS = -Xswiftc -static-stdlib -Xlinker -soname=libbodylint.so.1 -Xlinker --strip-debug -Xlinker --gc-sections \
  -Xlinker --version-script='$(CURDIR)/Sources/BodylintABI/libbodylint.map'

library: deps
	@mkdir -p '$(LIBRARY)/archives'
	@for name in $(LIBRARIES); do \
	  library=$$(pkg-config --libs-only-l $$name | sed 's/^-l//; s/ *$$//'); \
	  printf 'Name: %s\nDescription: its archive\nVersion: %s\nCflags: %s\nLibs: -L%s -l:lib%s.a\n' $$name \
	    "$$(pkg-config --modversion $$name)" "$$(pkg-config --cflags $$name)" \
	    "$$(pkg-config --variable=libdir $$name)" $$library >'$(LIBRARY)'/archives/$$name.pc; \
	done
	PKG_CONFIG_PATH='$(abspath $(LIBRARY))/archives' $(SWIFT) build -c release --scratch-path '$(LIBRARY)/build' \
	  --product bodylint-abi $(LIBRARY_OPTIONS)
	install -m 755 '$(LIBRARY)/build/release/libbodylint-abi.so' '$(LIBRARY)/libbodylint.so.1'
	ln -sf libbodylint.so.1 '$(LIBRARY)/libbodylint.so'

install-library: library
	install -d '$(DESTDIR)$(PREFIX)/lib/pkgconfig' '$(DESTDIR)$(PREFIX)/include'
	install -m 755 '$(LIBRARY)/libbodylint.so.1' '$(DESTDIR)$(PREFIX)/lib/libbodylint.so.1'
	ln -sf libbodylint.so.1 '$(DESTDIR)$(PREFIX)/lib/libbodylint.so'
	install -m 644 Sources/CBodylint/include/bodylint.h '$(DESTDIR)$(PREFIX)/include/bodylint.h'
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' Sources/CBodylint/bodylint.pc.in \
	  >'$(DESTDIR)$(PREFIX)/lib/pkgconfig/bodylint.pc'

test-library: deps
	Tests/CLibrary/run.sh '$(SCRATCH)/library/test'

# The Python package, bindings/python: a wheel with the library inside, at $(SCRATCH)/wheel, tested where it was installed.
PYTHON ?= python3
WHEEL = $(SCRATCH)/wheel
PYTHON_TESTS = cd bindings/python && BODYLINT_COMMAND='$(abspath $(SCRATCH)/release/bodylint)'

wheel: library
	install -m 644 '$(LIBRARY)/libbodylint.so.1' bindings/python/src/bodylint/libbodylint.so
	rm -rf '$(WHEEL)' && mkdir -p '$(WHEEL)'
	$(PYTHON) -m pip wheel --quiet --no-deps --wheel-dir '$(WHEEL)' ./bindings/python

$(SCRATCH)/python: wheel
	$(PYTHON) -m venv --clear '$(SCRATCH)/python'
	'$(SCRATCH)/python/bin/pip' install --quiet pytest mypy ruff '$(WHEEL)'/bodylint-*.whl

.PHONY: $(SCRATCH)/python
test-python: $(SCRATCH)/python
	$(SWIFT) build $(RELEASE) --product bodylint
	$(PYTHON_TESTS) '$(abspath $(SCRATCH))/python/bin/pytest' --quiet --ignore tests/test_spark.py
	cd bindings/python && '$(abspath $(SCRATCH))/python/bin/mypy' --no-error-summary && \
	  '$(abspath $(SCRATCH))/python/bin/ruff' check --quiet

# 100,000 bodies and more on Apache Spark, docs/spark.md. Spark needs Java 17.
test-spark: $(SCRATCH)/python
	$(SWIFT) build $(RELEASE) --product bodylint
	'$(SCRATCH)/python/bin/pip' install --quiet "$$(echo '$(WHEEL)'/bodylint-*.whl)[spark]"
	@# It passes over itself where Spark cannot run; not here.
	@'$(SCRATCH)/python/bin/python' -c 'import pandas, pyarrow, pyspark' && java -version 2>/dev/null
	$(PYTHON_TESTS) '$(abspath $(SCRATCH))/python/bin/pytest' --quiet tests/test_spark.py

# The library as somebody's dependency: docs/example, whose parts are the examples of the documentation.
example: deps
	$(SWIFT) build --package-path docs/example --scratch-path '$(SCRATCH)/example'
	'$(SCRATCH)/example/debug/Example' docs/example/our-rules >'$(SCRATCH)/example.txt'
	diff docs/example/expected.txt '$(SCRATCH)/example.txt'

# The reference of the library, by DocC, at $(SCRATCH)/documentation. A link that leads nowhere is an error.
MODULES = -I '$(SCRATCH)/release/Modules' -I Sources/CPCRE2 -I Sources/CYAML -I Sources/CZlib \
  -Xcc -fmodule-map-file='$(SCRATCH)/release/CScan.build/module.modulemap' \
  -Xcc -fmodule-map-file='$(SCRATCH)/release/CBundledRules.build/module.modulemap'

documentation: deps
	$(SWIFT) build $(RELEASE)
	@rm -rf '$(SCRATCH)/symbols' && mkdir -p '$(SCRATCH)/symbols'
	$(SWIFT) symbolgraph-extract -module-name Bodylint $(MODULES) -output-dir '$(SCRATCH)/symbols' \
	  -experimental-allowed-reexported-modules=Findings,JSONText,Rules -minimum-access-level public \
	  -skip-synthesized-members -target "$$($(SWIFT) -print-target-info | sed -n 's/.*"triple": "\([^"]*\)".*/\1/p' | head -1)"
	docc convert Sources/Bodylint/Bodylint.docc --fallback-bundle-identifier bodylint --warnings-as-errors \
	  --additional-symbol-graph-dir '$(SCRATCH)/symbols' --output-path '$(SCRATCH)/documentation'

# The tests under the sanitizers, one after the other. Leaks are looked for in the tests of the C interface: a command ends
# with what it still has in hand. Left out is the benchmark, which counts allocations by taking malloc's place, as the sanitizers do.
SANITIZERS ?= address thread
SANITIZE = BODYLINT_SANITIZED=1 $(SWIFT) test -c release --disable-testable-imports --disable-xctest --skip BenchTests

sanitize: deps
	@set -e; for sanitizer in $(SANITIZERS); do \
	  echo "== $$sanitizer sanitizer"; \
	  ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/thread-sanitizer.supp" $(SANITIZE) --scratch-path "$(SCRATCH)/$$sanitizer" --sanitize $$sanitizer; \
	done

# Inputs made by libFuzzer: docs/development.md. `make fuzz SECONDS=3600 TARGETS=json`; what was found stays for the next run.
SECONDS ?= 60
TARGETS ?=
# SwiftPM's option alone instruments what is written in C.
COVERAGE = -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp

fuzz: deps
	$(SWIFT) build $(RELEASE) --product bodylint-fuzz
	@# ld.gold warns of symbols of the address sanitizer; they are meant to be local.
	@{ $(SWIFT) build -c release --scratch-path '$(SCRATCH)/fuzz' --product bodylint-fuzz \
	    --sanitize fuzzer --sanitize address $(COVERAGE) -Xswiftc -DFUZZING 2>&1; \
	  echo $$? >'$(SCRATCH)/build.status'; } | grep -v 'ld.gold: warning'; \
	exit "$$(cat '$(SCRATCH)/build.status')"
	python3 Tests/Fuzzing/fuzz.py --fuzzer '$(SCRATCH)/fuzz/release/bodylint-fuzz' \
	  --replay '$(SCRATCH)/release/bodylint-fuzz' --work '$(SCRATCH)/fuzz/work' --seconds '$(SECONDS)' $(TARGETS)

dev: deps
	$(SWIFT) build $(RELEASE) --product BodylintDev

format:
	$(SWIFT) format --in-place $(SWIFT_FILES)

lint:
	$(SWIFT) format lint --strict $(SWIFT_FILES)

# Does nothing where the libraries are there.
LIBRARIES = libpcre2-8 yaml-0.1 zlib
PACKAGES = libpcre2-dev libyaml-dev zlib1g-dev pkg-config

deps:
	@command -v '$(SWIFT)' >/dev/null || { \
	  echo 'bodylint needs Swift 6.2 or newer: https://www.swift.org/install' >&2; exit 1; }
	@if command -v pkg-config >/dev/null && pkg-config --exists $(LIBRARIES); then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	  echo 'bodylint needs pkg-config and the libraries that it calls $(LIBRARIES); please install them' >&2; exit 1; fi; \
	if [ "$$(id -u)" -eq 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo 'bodylint needs these packages; please have them installed: $(PACKAGES)' >&2; exit 1; fi; \
	set -ex; \
	$$as_root apt-get update; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(PACKAGES); \
	pkg-config --exists --print-errors $(LIBRARIES)

clean:
	$(SWIFT) package --scratch-path '$(SCRATCH)' clean
	rm -rf '$(STATIC)'

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 '$(BODYLINT)' '$(DESTDIR)$(PREFIX)/bin/bodylint'
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 644 docs/bodylint.1 '$(DESTDIR)$(PREFIX)/share/man/man1/bodylint.1'
