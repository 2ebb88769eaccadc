# Two commands matter: `make demo` and `make test`.

VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2
SONG ?= examples/ode_to_joy.musicxml

.PHONY: help demo studio test check bench build figure web web-check clean

help:
	@echo "make demo    hear a song: table, report.html and PNG under out/ (SONG=file to choose)"
	@echo "make studio  open the studio in the browser (SONG=file to choose)"
	@echo "make test    style, types, layers, tests"
	@echo "make bench   speed and memory"
	@echo "make build   wheel and source archive in dist/"
	@echo "make web     build the page of the studio from web/ (needs Node); web-check compares"
	@echo "make clean   remove everything that was made"

# The stamps say for which pyproject.toml the environment was made, so that a second run
# installs nothing. The package is installed editable: source changes need no reinstall.
$(VENV)/.made:
	@bash tools/make_venv.sh $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@mkdir -p out
	$(BIN)/clinamen hear "$(SONG)" --html out/report.html --plot out/plot.png

# SONG as it was given, not the default of the demo: the studio remembers what was open last.
studio: $(VENV)/.installed
	$(BIN)/clinamen studio $(if $(filter command line environment,$(origin SONG)),"$(SONG)")

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/python -m pytest -n $(JOBS)

bench: $(VENV)/.installed-dev
	@set -e; for script in bench/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done
	$(BIN)/clinamen bench prediction
	$(BIN)/clinamen bench listeners

build: $(VENV)/.installed-dev
	$(BIN)/python -m build --outdir dist .

figure: $(VENV)/.installed
	$(BIN)/clinamen hear examples/ode_to_joy.musicxml --plot docs/images/ode_to_joy.svg > /dev/null

web:
	bash tools/check_bundle.sh --write

web-check:
	bash tools/check_bundle.sh

clean:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests bench examples tools -name __pycache__ -type d -prune -exec rm -rf {} +
