# Needs Python 3.11 with venv, make and git; everything else comes into .venv, pinned by hashes.
PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/ready
EMBEDDED := $(BIN)/python -m config.embedded
# The whole of the tests; whoever names some in ARGS needs no second process for them.
TESTS := -n auto --maxprocesses 4 --dist worksteal
COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--only-binary :all: --no-emit-index-url --custom-compile-command 'make requirements'
# What a production installation would set, for the checks that are about one.
PRODUCTION := env -u STAFF_SECOND_FACTOR -u RATE_LIMITS DEBUG=0 ALLOWED_HOSTS=news.example.org \
	EMAIL_URL=smtp://127.0.0.1 TRUSTED_PROXIES=127.0.0.1 SITE_URL=https://news.example.org \
	PUBLISHER_NAME=Bote PUBLISHER_ADDRESS=Ufer PUBLISHER_REPRESENTATIVE=Reuter RESPONSIBLE_PERSON=Reuter \
	SECRET_KEY=Zu-lang-zum-Raten-und-nur-fuer-diese-Pruefung-da-0123456789

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup run run-production test check check-with-servers bench load hostile screenshots requirements messages clean

setup: $(READY)

# uv is installed with the hash it has in the development requirements, then installs the rest.
$(READY): requirements.txt requirements-embedded.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/^ *# via/p' requirements-dev.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--only-binary :all: -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --only-binary :all: $^
	@touch $@

# exec: a killed make is to take the site with it, without a shell in between.
run: $(READY)
	@exec $(EMBEDDED) -- python -m config.running

# As an operator would: nginx (from Debian) in front, DEBUG=0, a directory of its own.
run-production: export DATA_DIR ?= .data/production
run-production: $(READY)
	@exec env DEBUG=0 $(EMBEDDED) -- python -m config.production

test: $(READY)
	@python -m config.translations
	@exec env DEBUG=1 $(EMBEDDED) --throwaway -- pytest $(or $(ARGS),$(TESTS))

check: $(READY)
	ruff check .
	ruff format --check .
	lint-imports
	python -m config.translations --missing
	python -m config.translations
	@exec $(EMBEDDED) --throwaway -- $(MAKE) --no-print-directory check-with-servers

# Runs below the launcher, which sets DATABASE_URL and REDIS_URL.
check-with-servers:
	DEBUG=1 mypy
	DEBUG=1 python manage.py makemigrations --check --dry-run
	$(PRODUCTION) python manage.py check --deploy --fail-level WARNING
	DEBUG=1 pytest $(or $(ARGS),$(TESTS))

bench: $(READY)
	@python -m config.translations
	@exec $(EMBEDDED) --throwaway --durable -- python -m bench $(ARGS)

load: $(READY)
	@exec python -m bench.load $(ARGS)

hostile: $(READY)
	@python -m config.translations
	@exec $(EMBEDDED) --throwaway -- python -m tests.hostile $(ARGS)

screenshots: $(READY)
	@python -m config.translations
	@exec $(EMBEDDED) --throwaway -- python -m docs.screenshots.take $(ARGS)

requirements:
	@test -x $(BIN)/uv || $(MAKE) setup
	$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	$(COMPILE) $(ARGS) requirements-embedded.in -o requirements-embedded.txt
	$(COMPILE) $(ARGS) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) $(ARGS) --no-binary isso --no-binary misaka bench/peers/isso.in -o bench/peers/isso.txt
	$(COMPILE) $(ARGS) bench/peers/xtd.in -o bench/peers/xtd.txt

messages: $(READY)
	python -m config.translations --collect

# Root's cluster lies outside the checkout, behind a link (see config/embedded.py).
clean:
	@for link in .data/postgres .data/production/postgres; do \
		if test -L $$link; then rm -rf "$$(readlink $$link)"; fi; done
	rm -rf .venv .data bench/.peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name '*.mo' -delete
