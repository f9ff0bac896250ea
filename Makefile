# Everything a person does with a clone. `make help` lists it; scripts/ holds how it is done.
.DEFAULT_GOAL := help
.PHONY: help run prepare engine page test format fix lint types contracts unit integration rust fuzz sanitize web \
	e2e network packaging coverage openapi wheel bench soak clean
PREPARE := python3 -m scripts.prepare
CHECK := python3 -m scripts.check
PY := .venv/bin/python

help: ## list these commands
	@grep -hE '^[a-z0-9]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /\1\t/' | expand -t 14

run: prepare ## prepare what is missing and serve at http://127.0.0.1:8000
	@exec .venv/bin/videocall serve

prepare: ## environment, engine and page, without serving
	@$(PREPARE) engine page

engine: ## build the Rust engine into the environment
	@$(PREPARE) engine

page: ## build the web page into src/videocall/page
	@$(PREPARE) page

test: ## every check, a table and the coverage: what CI runs
	@$(CHECK)

format: ## check the formatting of Python, Rust and the page
	@$(CHECK) format

fix: ## format and mend what tools can mend
	@$(PREPARE) python web
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .
	@cargo fmt --all --manifest-path engine/Cargo.toml
	@cd web && npm run --silent format:write

lint: ## ruff
	@$(CHECK) lint

types: ## mypy, strict
	@$(CHECK) types

contracts: ## who may import whom, and the other rules of the house
	@$(CHECK) contracts

unit: ## Python unit tests
	@$(CHECK) unit

integration: ## integration tests on SQLite and on PostgreSQL
	@$(CHECK) integration-sqlite integration-postgresql

rust: ## clippy and the engine's tests
	@$(CHECK) rust

fuzz: ## the fuzz targets of the engine over their corpus and on, four seconds each
	@$(CHECK) fuzz

sanitize: ## the engine's tests that reach unsafe code, under AddressSanitizer (needs nightly Rust)
	@python3 -m scripts.sanitize

web: ## lint, types, unit tests and API client of the page
	@$(CHECK) web

e2e: ## browser tests in Chromium
	@$(CHECK) browser

conformance: ## LiveKit's published clients against the media server; writes docs/media/conformance.md
	@CONFORMANCE_WRITE=1 $(CHECK) conformance

packaging: ## install the wheel into an empty environment and start it
	@$(CHECK) packaging

coverage: ## all Python tests and their coverage
	@$(CHECK) contracts unit integration-sqlite integration-postgresql browser coverage

openapi: ## write web/openapi.json and the page's API client from the application
	@$(PREPARE) engine web
	@.venv/bin/videocall openapi > web/openapi.json
	@cd web && npm run --silent generate

wheel: ## dist/*.whl with the engine and the page inside
	@$(PREPARE) wheel

bench: ## figures: the catalogue next to a peer, packets, joins, memory
	@$(PREPARE) engine page
	@python3 -m scripts.debian bench
	@$(PY) -m tests.benchmarks

network: ## calls over bad networks, at length; writes docs/media/networks (as root)
	@$(PREPARE) engine web
	@python3 -m scripts.debian
	@NETWORK_FULL=1 $(PY) -m pytest -q -s tests/network --ignore tests/network/test_soak.py
	@$(PY) -m tests.network.page

soak: ## half an hour of joins, leaves, resumes and loss: memory, files and threads (as root)
	@$(PREPARE) engine web
	@python3 -m scripts.debian
	@SOAK_SECONDS=$${SOAK_SECONDS:-1800} NETWORK_FULL=1 $(PY) -m pytest -q -s tests/network/test_soak.py
	@$(PY) -m tests.network.page

clean: ## remove what was built; data stays
	rm -rf .venv .tools dist test-results engine/target web/node_modules web/dist src/videocall/page \
		src/videocall/media/_engine*.so .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
