# Needs Python 3.11 with venv, make and git; everything else comes into .venv, pinned by hashes.
PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/ready
EMBEDDED := $(BIN)/python -m config.embedded
# The whole of the tests; whoever names some in ARGS needs no second process for them. One more than
# processors: each waits for its browser, or for PostgreSQL, a fifth of its time.
PROCESSES := $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() + 1, 4))')
TESTS := -n $(PROCESSES) --dist worksteal
COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--only-binary :all: --no-emit-index-url --custom-compile-command 'make requirements'
# What a production installation would set, for the checks that are about one.
PRODUCTION := env -u STAFF_SECOND_FACTOR -u RATE_LIMITS DEBUG=0 ALLOWED_HOSTS=news.example.org \
	EMAIL_URL=smtp://127.0.0.1 TRUSTED_PROXIES=127.0.0.1 SITE_URL=https://news.example.org \
	PUBLISHER_NAME=Bote PUBLISHER_ADDRESS=Ufer PUBLISHER_REPRESENTATIVE=Reuter RESPONSIBLE_PERSON=Reuter \
	SECRET_KEY=Zu-lang-zum-Raten-und-nur-fuer-diese-Pruefung-da-0123456789

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: setup run run-production test check check-site check-words check-materials check-faults check-with-servers bench load screenshots \
	requirements messages clean backup restore restore-drill sbom faults faults-short faults-mutations hostile

setup: $(READY)

# uv is installed with the hash it has in the development requirements, then installs the rest.
# Compiled once: where Python may not write bytecode, each of the tests' many processes would again.
$(READY): requirements.txt requirements-embedded.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/^ *# via/p' requirements-dev.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--only-binary :all: -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes --only-binary :all: $^
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

# Side by side: what is broken waits half of its time, and who is asked for known flaws lets wait.
check: $(READY)
	python -m config.translations
	@$(MAKE) --no-print-directory -j4 -Otarget check-faults check-words check-materials check-site

check-site:
	@$(EMBEDDED) --throwaway -- $(MAKE) --no-print-directory check-with-servers

check-materials:
	@python -m config.auditing

check-words:
	ruff check .
	ruff format --check .
	lint-imports
	python -m config.translations --missing
	DEBUG=1 DATABASE_URL=postgres://none REDIS_URL=redis://127.0.0.1:1 mypy

# Late is no failure here, where others may use the machine; lost, doubled or shown too early is.
check-faults:
	@python -m tests.faults --posts 1000 --pace 15 --untimed --seed 21 $(if $(CI),,--if-possible)

# Runs below the launcher, which sets DATABASE_URL and REDIS_URL.
check-with-servers:
	DEBUG=1 python manage.py makemigrations --check --dry-run
	$(PRODUCTION) python manage.py check --deploy --fail-level WARNING
	DEBUG=1 pytest $(or $(ARGS),$(TESTS))

bench: $(READY)
	@python -m config.translations
	@exec $(EMBEDDED) --throwaway --durable -- python -m bench $(ARGS)

load: $(READY)
	@exec python -m bench.load $(ARGS)

# Of the site that runs beside, or of BACKUP_DATABASE_URL: a copy into BACKUP_DIR (docs/operating.md).
backup: $(READY)
	@exec $(EMBEDDED) --join -- python -m config.backups take

# make restore TO=/some/empty/directory [ARGS="--until '2026-11-28 14:00+01'"]
restore: $(READY)
	@test -n "$(TO)" || { echo "Say where: make restore TO=/some/empty/directory"; exit 2; }
	@exec env DEBUG=$${DEBUG:-1} DATABASE_URL=$${DATABASE_URL:-postgres://none} \
		REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:1} python -m config.backups restore --to "$(TO)" $(ARGS)

restore-drill: $(READY)
	@python -m config.translations
	@exec env RATE_LIMITS=off $(EMBEDDED) --throwaway --durable -- python manage.py restore_drill $(ARGS)

# By hand: three seeds, with the leases of production. About two hours.
faults: $(READY)
	@exec python -m tests.faults --posts 10000 --seeds 3 --pace 1 $(ARGS)

faults-short: $(READY)
	@exec python -m tests.faults --posts 1000 --pace 15 $(ARGS)

faults-mutations: $(READY)
	@exec python -m tests.faults.mutations $(ARGS)

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

# What the site is made of, for whoever has to know (CycloneDX).
sbom: $(READY)
	@mkdir -p $(or $(DATA_DIR),.data)
	@python -m config.materials $(or $(DATA_DIR),.data)/sbom.cdx.json
	@echo $(or $(DATA_DIR),.data)/sbom.cdx.json

messages: $(READY)
	python -m config.translations --collect

# Root's cluster lies outside the checkout, behind a link (see config/embedded.py).
clean:
	@for link in .data/postgres .data/production/postgres; do \
		if test -L $$link; then rm -rf "$$(readlink $$link)"; fi; done
	rm -rf .venv .data bench/.peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name '*.mo' -delete
