# Everything a newcomer needs: `make demo` runs the main job, `make test` runs every check.
# Each target sets up what it needs and skips what stands already.

PYTHON ?= python3
PORT   ?= 8000
AREA   ?= 长三角

BIN    := .venv/bin
PY     := $(BIN)/python
DOCS   := docs/_build
ASSETS := src/ronghe/report/static/echarts.min.js
READY  := .venv/.installed

# One thread for each of the two test workers; more only makes them wait for each other.
TEST_ENV := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint pytest docs serve bench clean assets constraints system-packages

help:
	@echo 'make demo         set up, then write the report on 长三角 into out/长三角 (AREA=京津冀 for another area)'
	@echo 'make test         set up, then every check: lint, types, layers, tests, documentation'
	@echo 'make setup        only set up: .venv, packages, chart asset'
	@echo 'make lint         ruff, import layers, mypy'
	@echo 'make docs         build the documentation, zh and en, into docs/_build'
	@echo 'make bench        measure speed, as ratios where a public peer stands beside'
	@echo 'make constraints  resolve the pinned versions anew'
	@echo 'make clean        remove what was built, except .venv and out/'

setup: $(READY) $(ASSETS)

.venv/.made:
	@PYTHON="$(PYTHON)" sh scripts/make_venv.sh

$(READY): .venv/.made pyproject.toml constraints.txt
	@echo 'Installing the pinned packages into .venv (a minute or two) / 正在安装软件包（一两分钟）'
	@$(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@# One solve compiles the kernels and leaves them in the cache.
	@$(BIN)/ronghe doctor --json > /dev/null || test $$? -eq 4
	@touch $@

assets: $(ASSETS)

$(ASSETS): $(READY) scripts/build_assets.py package-lock.json src/ronghe/report/static/assets.json
	$(PY) scripts/build_assets.py
	@touch $@

demo: setup
	@$(BIN)/ronghe report "$(AREA)" --out "out/$(AREA)" || test $$? -eq 1
	@echo
	@echo 'Open in a browser / 用浏览器打开:'
	@find "out/$(AREA)" -name '*.html' | LC_ALL=C sort | sed 's/^/  /'

test: setup system-packages
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory pytest
	@$(MAKE) --no-print-directory docs

system-packages:
	@sh scripts/system_packages.sh chromium fonts-noto-cjk || echo 'Browser tests are skipped by name until these packages are there.'

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

pytest: setup
	$(TEST_ENV) $(BIN)/pytest -n 2

docs: setup
	$(PY) scripts/make_docs.py
	$(BIN)/sphinx-build -q -W --keep-going -b html -c docs -t zh -D language=zh_CN docs/zh $(DOCS)/zh
	$(BIN)/sphinx-build -q -W --keep-going -b html -c docs -t en -D language=en docs/en $(DOCS)/en
	@echo 'Documentation: $(DOCS)/zh/index.html  $(DOCS)/en/index.html'

# Not a server of ours: the documentation and the newest report, as plain files on this machine only.
serve: docs
	@sh scripts/serve_files.sh "$(PY)" "$(PORT)"

bench: setup
	$(PY) benchmarks/run.py

constraints: .venv/.made
	$(PY) -m pip install -qq --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate --all-extras pyproject.toml -o constraints.txt

clean:
	rm -rf build dist $(DOCS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f src/ronghe/report/static/*.js
	find src tests scripts benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
