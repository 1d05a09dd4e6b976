# Every chore of the project. The Windows equivalents are in README.md.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FORMATTED := assistant engine training tests benchmarks scripts main.py

.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format lock reports clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Where windows can be shown, "make run" opens the app; elsewhere it describes the sample photos.
DISPLAYS := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname))
RUN := $(if $(DISPLAYS),app,base)

run: .venv/ready-$(RUN)  ## set up what is needed, then open the app, or describe the sample photos
	@scripts/system_packages.sh $(if $(DISPLAYS),app,run)
	$(BIN)/viclipcap $(if $(DISPLAYS),,describe --speak resources/samples/*.jpg)

test: .venv/ready-dev  ## set up everything for the tests, then run them all
	@scripts/system_packages.sh test
	$(BIN)/python -c "import open_clip"
	$(BIN)/python -m pytest

test-fast: .venv/ready-dev  ## run the tests that take no longer than a minute together
	$(BIN)/python -m pytest -m "not slow" -n auto

check: .venv/ready-dev  ## style, likely bugs and types
	$(BIN)/ruff format --check $(FORMATTED)
	$(BIN)/ruff check $(FORMATTED)
	$(BIN)/mypy

format: .venv/ready-dev  ## put the source into the agreed form
	$(BIN)/ruff format $(FORMATTED)
	$(BIN)/ruff check --fix-only $(FORMATTED)

# One resolution for all extras, so that any of them can be installed beside any other.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml

lock: .venv/ready-dev  ## resolve the exact versions anew (needs uv)
	$(LOCK) --upgrade --extra app --extra train --extra dev -o requirements/dev.txt
	$(LOCK) -c requirements/dev.txt -o requirements/base.txt
	$(LOCK) -c requirements/dev.txt --extra app -o requirements/app.txt
	$(LOCK) -c requirements/dev.txt --extra train -o requirements/train.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --upgrade requirements/build.in -o requirements/build.txt

# Photos and captions of the development data are looked for beside the checkout.
reports: .venv/ready-dev  ## measure gate, text reader and confidence anew and write their pages in docs (an hour)
	$(BIN)/python -m training gate runs/gate --make --report docs/gate.md
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m benchmarks.reading --report docs/reading.md
	$(BIN)/python -m training confidence --model starter --others runs/gate --report docs/confidence.md

clean:  ## remove what the other targets made
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready-%: requirements/%.txt requirements/build.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements/build.txt
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
