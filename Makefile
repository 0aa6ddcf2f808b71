# Two commands for a newcomer: `make demo` and `make test`. Both set up .venv first, with plain pip from the lock file.
PYTHON ?= python3
VENV := .venv
version_of = $(shell $(1) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# A Python that is named (PYTHON=python3.12) gets an environment of its own where .venv has another one.
ifneq ($(origin PYTHON),file)
VENV := $(if $(filter-out $(call version_of,$(PYTHON)),$(call version_of,.venv/bin/python)),.venv-$(call version_of,$(PYTHON)),.venv)
endif
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: setup demo test check check-python check-pythons quality fuzz chaos hostile soak soak-stories audit lock clean pictures dashboards alerts
.PHONY: bench bench-scale bench-plots bench-delivery bench-copies bench-classes bench-places bench-stories bench-html bench-page

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "newsmill needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed: install its venv module (python3-venv on Debian), or name another with PYTHON=" >&2; exit 1; }
	@echo "installing $$(grep -c == requirements-dev.lock) packages into $(VENV), a minute or so"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/newsmill demo $(if $(ONCE),--once)

# Everything: the tests that need no broker, then those against a real Kafka, which mostly wait for it, so that three files run at once.
test: setup
	$(BIN)/python -m pytest -m "not kafka" -n 2
	$(BIN)/python -m pytest -m kafka -n 3 --dist loadfile --no-loadscope-reorder

# What to run before each commit: seconds, and no broker.
check: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2

# The tests that need no broker, on each Python of the classifiers that is installed; three minutes each. PYTHONS names others.
PYTHONS ?= $(shell sed -n 's/.*Python :: \(3\.[0-9]*\)".*/python\1/p' pyproject.toml)
check-pythons:
	@for python in $(PYTHONS); do \
	  $$python -c '' 2>/dev/null || { echo "$$python: not installed, skipped"; continue; }; \
	  echo "$$python: $$($$python --version)"; \
	  $(MAKE) --no-print-directory check-python PYTHON=$$python || exit 1; \
	done

check-python: setup
	$(BIN)/python -m pytest -q -n 2

quality: setup
	$(BIN)/python -m tests.quality

# Mutated pages, records and class files, led by coverage where atheris can be installed; counted in inputs, about a hundred a second.
fuzz: setup
	-@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: 'atheris>=3'
	$(BIN)/python -m tests.fuzz --runs $(or $(RUNS),20000) --seed $(or $(SEED),1)

# A real Kafka and its workers, killed, frozen, wiped and stopped at random while articles pass; half an hour for these numbers.
# BROKERS=3 has three brokers with shipped time-outs, a faulty network, up to five workers and two versions of the records.
# BROKEN=1 commits each offset before its outputs, to see that the run can be red.
chaos: setup
	$(BIN)/python -m tests.chaos --faults $(or $(FAULTS),60) --articles $(or $(ARTICLES),100000) --seed $(or $(SEED),1) \
	  --out "$(or $(OUT),.newsmill/chaos)" --brokers $(or $(BROKERS),1) --kinds "$(KINDS)" $(if $(BROKEN),--broken)

# Each hostile dump against a worker on a Kafka of its own: its largest memory, and how long ordinary dumps wait behind; half an hour.
# `.venv/bin/python -m tests.hostile.stages` has the processor time of each stage. For some only: NAMES="RTF mail"
hostile: setup
	$(BIN)/python -m tests.hostile $(NAMES)

# Two workers at half of what they can do, for half an hour: memory, lag, losses, and how long a dump takes to be an event.
soak: setup
	$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),30)

# Stories while a window of 40 s and its retention pass ten times and workers are killed; eight minutes.
soak-stories: setup
	$(BIN)/python -m tests.soak.stories $(if $(WINDOWS),--windows $(WINDOWS))

# Articles a second with transactions and without, in turns on one Kafka; two minutes.
bench-delivery: setup
	$(BIN)/python -m tests.soak.cost $(if $(DUMPS),--dumps $(DUMPS))

# The locked dependencies against a database of known vulnerabilities: status 1 where one is known, 2 where no database can be reached.
audit: setup
	-@$(BIN)/python -c 'import pip_audit' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9'
	$(BIN)/python -m tests.audit requirements-dev.lock  # holds all of requirements.lock

# What only measurements need, beside the rest.
$(VENV)/ready-bench: requirements-bench.lock $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# Steps, path, latency and memory, beside Quix Streams and a plain client, on a Kafka of their own; a quarter of an hour.
bench: $(VENV)/ready-bench
	$(BIN)/python -m bench $(if $(TURNS),--turns $(TURNS)) $(if $(DUMPS),--dumps $(DUMPS))

# How far it scales: partitions, workers, window, size of a dump, classes; ten minutes. Its figures are kept for the plots.
bench-scale: $(VENV)/ready-bench
	$(BIN)/python -m bench.scale $(if $(DUMPS),--dumps $(DUMPS))

bench-plots: $(VENV)/ready-bench
	$(BIN)/python -m bench.plots

# The copy detector at a window of 1,000,000 (8 minutes of processor time, 2 GB), and others beside it. For a quick look: WINDOW=50000
bench-copies: $(VENV)/ready-bench
	$(BIN)/python -m bench.copies $(if $(WINDOW),--window $(WINDOW)) $(if $(COPIES),--copies $(COPIES))

# Articles labelled in a second with few and with many classes; half a minute.
bench-classes: setup
	$(BIN)/python -m bench.classes

# The text of real pages, in F1 and pages per second, beside trafilatura; a minute. Needs the labelled data beside the project.
bench-html: $(VENV)/ready-bench
	$(BIN)/python -m bench.html

# Articles of 3 KB whose places are found in a second on one core, beside a look-up by population alone, and the memory; half a minute.
bench-places: setup
	$(BIN)/python -m bench.places

# Deduplicate with stories and without, in turns, and an index with a million articles: memory and rebuild; three minutes.
bench-stories: setup
	$(BIN)/python -m bench.stories $(if $(REMEMBERED),--remembered $(REMEMBERED))

# 20,000 events through the live page in a real Chromium: its memory, elements and frame times on the way; ten seconds.
bench-page: setup
	$(BIN)/python -m tests.browser.measure $(or $(EVENTS),20000)

# The pictures of the live page in docs; needs a Chromium.
pictures: setup
	$(BIN)/python -m tests.browser.pictures docs

# Grafana's files, from deploy/grafana.
dashboards: setup
	$(BIN)/python -m deploy.grafana

# The alerts of deploy/prometheus for the Prometheus operator.
alerts: RULE := deploy/kubernetes/monitoring/alerts.yaml
alerts:
	sed -n '1,/^spec:/p' $(RULE) > $(RULE).new && sed 's/^\(.\)/  \1/' deploy/prometheus/alerts.yml >> $(RULE).new && mv $(RULE).new $(RULE)

# Needs `pip install uv`. The lock files name versions and hashes, and no registry. Locked versions stay while pyproject.toml allows them;
# for newer ones, UPGRADE=1 or remove the lock files. requirements.lock is the image; requirements-dev.lock is `make setup`, with the extras
# `local` and `archive`; requirements-bench.lock is for `make bench` and the like. A changed licence or a new package needs its line in NOTICE.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lock:
	$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra local --extra archive --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group bench -c requirements-dev.lock -o requirements-bench.lock

clean:
	rm -rf .venv .venv-* .newsmill .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
