# One way in: `make` lists the commands. Everything happens in .venv; nothing else on the machine is changed, but for
# Debian's python3-venv where it is missing and we are root.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test spark check format docs bench bench-measures referees coverage load translations lock clean

# The first Python of 3.11 or later; PYTHON=… chooses another.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
CODE := src tests benchmarks examples tools
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

# Stamps: what is installed. A changed lock or pyproject.toml installs again, and nothing else does.
MADE := $(VENV)/.made
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

help: ## 列出全部命令 · list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUN) ## 造一个样例县并筛查（SERVE=no 不打开网页） · make a sample county and screen it
	@$(BIN)/mingbai demo $(if $(filter no,$(SERVE)),--no-serve)

test: $(DEV) ## 安装所缺的，运行全部测试 · install what is missing, run every test
	@# Once more with PostgreSQL: what asks the database. The whole on SQLite comes last: its count is the last line.
	@MINGBAI_TEST_DATABASE=postgresql $(PYTEST) -m django_db
	@$(PYTEST)

spark: $(DEV) ## 只在 Spark 上运行全部规则 · the rules on a local Spark only
	@$(BIN)/python -m pytest -m spark

check: $(DEV) ## 格式、类型、结构、生成的文档 · style, types, shape of the house, generated documents
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@MINGBAI_HOME=.mypy_cache/home MINGBAI_DEMO=1 $(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/mingbai docs --check
	@$(BIN)/python tools/translations.py --check

format: $(DEV) ## 排好代码格式 · put the code in order
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

docs: $(RUN) ## 重新生成 docs/generated · write docs/generated anew
	@$(BIN)/mingbai docs

bench: $(DEV) ## 速度对比，结果写入 docs/benchmarks.md · measure, as ratios in one run
	@$(BIN)/python benchmarks/run.py $(BENCH)

bench-measures: $(DEV) ## 贫困指标的速度，只改写 docs/benchmarks.md 里那一节 · the measures only
	@$(BIN)/python benchmarks/measures.py $(BENCH)

referees: $(DEV) ## 请 R 和 svy 重新核对各指标，结果写入 docs/referees.md · R and svy measure anew
	@$(BIN)/python tests/referees/run.py

coverage: $(DEV) ## 从已知真值的普查抽样1000次，结果写入 docs/coverage.md · do intervals cover the truth
	@$(BIN)/python tests/referees/coverage.py

load: $(DEV) ## 25万户、8人同时用网站，结果写入 docs/load.md · eight people at work at county size
	@$(BIN)/python benchmarks/site_load.py --write docs/load.md $(LOAD)

translations: $(DEV) ## 编译英文翻译 · compile the English
	@$(BIN)/python tools/translations.py

# Pins stay as they are unless UPGRADE=yes.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(filter yes,$(UPGRADE)),--upgrade)
lock: $(DEV) ## 重新锁定依赖（UPGRADE=yes 升级） · pin the dependencies anew
	@$(COMPILE) --group build --output-file requirements/run.txt
	@$(COMPILE) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean: ## 删除 make 产生的一切 · remove all that make made
	@rm -rf $(VENV) demo build src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find $(CODE) -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(MADE):
	@if [ -z "$(PYTHON)" ]; then echo "需要 Python 3.11 或更新的版本。 Python 3.11 or later is needed; PYTHON=… names it." >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) 版本太低，需要 3.11 或更新的版本。 $(PYTHON) is older than 3.11." >&2; exit 1; }
	@# Debian ships Python without what makes a virtual environment.
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package; \
		else \
			echo "缺少系统软件包 $$package，请管理员安装后再试。 The system package $$package is missing: have it installed, then try again." >&2; exit 1; \
		fi; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The build tool is in the lock, so the project itself is built without asking anyone.
$(RUN): $(MADE) requirements/run.txt pyproject.toml
	@echo "正在安装运行所需的软件包…… installing what it needs to run" >&2
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# pyspark comes as source: it is built with the locked setuptools too, hence no isolation here either.
$(DEV): $(RUN) requirements/dev.txt
	@echo "正在安装测试所需的软件包（其中 Spark 约 460 MB）…… installing what the tests need (Spark is about 460 MB)" >&2
	@$(PIP) install --require-hashes --no-build-isolation -r requirements/dev.txt
	@# Pages are tested in Debian's own browser, with a font that has Chinese.
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
		else \
			echo "缺少 chromium（和中文字体），请管理员安装后再试。 The system package chromium is missing: have it installed, then try again." >&2; exit 1; \
		fi; }
	@touch $@
