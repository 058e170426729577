# Two commands do everything: `make run` and `make test`. The rest are parts of them, or longer work.
#
# Each step leaves a stamp in .make/ and is done again only when what it depends on changed.

PYTHON ?= python3
NPM ?= npm
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
DEBIAN_PACKAGES := chromium redis-server espeak-ng iproute2 coturn curl jq

MODULE_TESTS := $(addprefix tests/,classroom faults fuzz loadtest network rooms signaling support)
PART_TESTS := $(addprefix tests/,api deploy media ops webhooks)
PROCESS_TESTS := $(addprefix tests/,capacity integration reliability)
BROWSER_TESTS := $(addprefix tests/,e2e integration network)

CLIENT_SOURCES := $(shell find client -path client/node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run run-cluster test check check-python check-client test-python test-modules test-parts test-processes test-browsers test-client test-faults test-firefox test-network test-image test-systemd test-dashboard test-upgrade test-soak fuzz screenshots lighthouse bench load capacity wheel build setup types golden speech clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(STAMPS)/python $(STAMPS)/client ## Install, build the client, start, print links into a demo room
	@exec $(BIN)/classroom serve --demo

run-cluster: $(STAMPS)/python $(STAMPS)/client $(STAMPS)/debian ## Three nodes, Redis and a proxy on this machine, to try a cluster
	@exec $(BIN)/python -m classroom.cluster.trial

# Three at a time, as real processes mostly wait; browsers and poor networks have the machine for themselves.
test: $(STAMPS)/debian $(STAMPS)/dev $(STAMPS)/node $(STAMPS)/client $(STAMPS)/promtool ## Install what tests need, and run every check and test
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-processes test-modules test-parts check-python check-client test-client
	@$(MAKE) --no-print-directory test-browsers

setup: $(STAMPS)/dev $(STAMPS)/node ## Install what development needs

build: $(STAMPS)/client ## Build the client into the Python package

check: check-python check-client ## Lint and type-check Python and TypeScript

check-python: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-client: $(STAMPS)/node
	cd client && $(NPM) run --silent check

test-client: $(STAMPS)/node ## The client's own tests
	cd client && $(NPM) run --silent test

test-python: test-modules test-parts test-processes test-browsers ## All of Python's

test-modules: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## Python tests of one module or a few, beside each in the mirrored tree
	$(BIN)/python -m pytest $(MODULE_TESTS) -m "not network"

test-parts: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client $(STAMPS)/promtool ## Python tests of a part behind its own door: relay, API, webhooks, ops, deployment
	$(BIN)/python -m pytest $(PART_TESTS)

test-processes: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## Python tests of real servers, nodes and stores, without a browser
	$(BIN)/python -m tests.support.once_more $(PROCESS_TESTS) -m "not browser"

test-browsers: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## Python tests with a real Chromium, and on poor networks
	$(BIN)/python -m tests.support.once_more $(BROWSER_TESTS) -m "(browser or network) and not firefox" --durations 15

test-firefox: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## Somebody with Firefox ESR among Chromium; installs Debian's package (four minutes)
	@$(call install_debian,firefox-esr)
	$(BIN)/python -m pytest -m firefox tests/e2e/test_firefox.py

test-soak: $(STAMPS)/dev ## The property tests again, with many more examples
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest tests/rooms tests/signaling tests/media --timeout 3600

test-faults: $(STAMPS)/dev ## 10,000 schedules of cuts, kills, stalls and full disks on virtual time; a failing seed replays
	$(BIN)/python -m tests.faults --schedules 10000

.PHONY: test-reliability reliability-figures
test-reliability: $(STAMPS)/dev $(STAMPS)/debian ## Faults on real processes while people write: kills, stops, cuts, full disks, clocks, Redis (five minutes)
	@$(call install_debian,faketime)
	$(BIN)/python -m tests.reliability

reliability-figures: $(STAMPS)/dev $(STAMPS)/debian ## Measure on real processes; writes docs/reliability.md (eleven minutes on a quiet machine)
	$(BIN)/python -m tests.reliability.figures --write

fuzz: $(STAMPS)/dev ## Coverage-guided fuzzing of every parser that meets the network, a minute each
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt 'atheris>=3'
	$(BIN)/python -m tests.fuzz

test-network: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## The matrix of poor networks, in namespaces; writes docs/media-quality.md
	$(BIN)/python -m tests.network.matrix

test-image: $(STAMPS)/dev ## Build the container image with buildah, run it with podman; installs both (root; four minutes, then one)
	@$(call install_debian,buildah podman crun debootstrap)
	$(BIN)/python -m tests.deploy.image

test-systemd: $(STAMPS)/dev $(STAMPS)/client ## The service installed by docs/deploy.md's own lines, under a systemd of its own (root; five minutes, then three)
	@$(call install_debian,debootstrap iproute2)
	$(BIN)/python -m tests.deploy.machine

test-dashboard: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/prometheus ## Each panel of the dashboard asked of a real Prometheus that watches a meeting (a minute)
	$(BIN)/python -m tests.deploy.dashboard

test-upgrade: $(STAMPS)/dev $(STAMPS)/debian ## A rolling upgrade of three nodes while people talk: how many frames of speech each misses
	$(BIN)/python -m tests.deploy.rolling

screenshots: $(STAMPS)/dev $(STAMPS)/node $(STAMPS)/debian ## Pictures of every state of the interface, in test-results/screenshots/
	$(BIN)/python -m tests.e2e.screenshots

lighthouse: $(STAMPS)/dev $(STAMPS)/debian $(STAMPS)/client ## Lighthouse on the join page, as a laptop and as a slow phone
	$(BIN)/python -m tests.e2e.lighthouse

bench: $(STAMPS)/dev ## Costs, latency and start against their limits (docs/benchmarks.md)
	$(BIN)/python -m benchmarks

load: $(STAMPS)/python ## Sixteen synthetic participants for 60 s against a running `make run`
	$(BIN)/python -m loadtest --url http://localhost:$${PORT:-8080} --participants 16 --seconds 60 --json report.json

capacity: $(STAMPS)/dev $(STAMPS)/debian ## What this machine's cores carry: measures for seven minutes, writes docs/capacity.md
	$(BIN)/python -m tests.capacity

wheel: $(STAMPS)/dev $(STAMPS)/client ## Build a wheel that holds the client and needs no Node
	rm -rf build  # setuptools would put files of an earlier build into the wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## Remove everything that was built or installed here
	rm -rf $(VENV) $(STAMPS) client/node_modules classroom/static dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- steps ------------------------------------------------------------------------------------------------------------

$(STAMPS):
	@mkdir -p $@

# Debian keeps venv in a package of its own; `python3 -m venv` fails without it, with a hint that is easy to overlook.
$(VENV)/bin/python: | $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is missing; install it with: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/python: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(STAMPS)/dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(STAMPS)/python

$(STAMPS)/node: client/package.json client/package-lock.json | $(STAMPS)
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
	  || { echo "Node 20.19 or newer is needed to build the client" >&2; exit 1; }
	cd client && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/client: $(STAMPS)/node $(CLIENT_SOURCES)
	cd client && $(NPM) run --silent build
	@touch $@

# Only what is missing is installed, so that a prepared machine needs neither root nor a network here.
define install_debian
missing=; for p in $(1); do \
  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
  echo "installing Debian packages:$$missing"; \
  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

$(STAMPS)/debian: Makefile | $(STAMPS)
	@$(call install_debian,$(DEBIAN_PACKAGES))
	@touch $@

# The whole package would start a Prometheus of its own; the tests only want its judge of rules, and one of them the program.
$(STAMPS)/promtool $(STAMPS)/prometheus: | $(STAMPS)
	@if command -v $(@F) >/dev/null; then ln -sf "$$(command -v $(@F))" $@; else \
	  cd $(STAMPS) && rm -f prometheus_*.deb && apt-get download -qq prometheus 2>/dev/null \
	    || { if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; $$sudo apt-get update -qq; apt-get download -qq prometheus 2>/dev/null; }; \
	  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/$(@F) && rm prometheus_*.deb; fi
