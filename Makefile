# `make` lists what there is. Everything is built in the dev profile that `cargo test` uses, in one target directory.

CHROMIUM ?= /usr/bin/chromium
REDIS_SERVER ?= redis-server
BINARY := $(abspath $(or $(CARGO_TARGET_DIR),target))/debug/lionrock
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get -qq

.DEFAULT_GOAL := help
.PHONY: help test lint fmt demo verify build chromium redis node

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

test: ## Run every test but the browser's
	cargo test --locked

lint: ## Check the format, and clippy with warnings denied
	cargo fmt --check
	cargo clippy --locked --all-targets --test redis -- -D warnings

fmt: ## Format the code
	cargo fmt

demo: ## Serve the fixtures as an upstream, and the gateway live against it
	cargo run --locked --example demo

verify: build chromium redis tests/web/node_modules/.package-lock.json ## The audit of GraphQL over HTTP, GraphiQL in a real browser, replicas with a real Redis (installs chromium, redis-server and npm packages if missing)
	LIONROCK_TEST_REDIS_SERVER=$(REDIS_SERVER) cargo test --locked --test redis
	cd tests/web && CHROMIUM=$(CHROMIUM) LIONROCK_BIN=$(BINARY) node --test --test-reporter=spec http.test.mjs graphiql.test.mjs

# `--tests` beside `--bins`: with development dependencies some crates get other features, so that without it
# cargo would build them, and lionrock, a second time after `cargo test`.
build:
	cargo build --locked --bins --tests

chromium:
	@test -x $(CHROMIUM) || { $(APT) update && $(APT) install -y --no-install-recommends chromium >/dev/null; } || true
	@test -x $(CHROMIUM) || { echo 'no browser at $(CHROMIUM): name one with CHROMIUM=…' >&2; exit 1; }

redis:
	@command -v $(REDIS_SERVER) >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends redis-server >/dev/null; } || true
	@command -v $(REDIS_SERVER) >/dev/null || { echo 'no Redis server at $(REDIS_SERVER): name one with REDIS_SERVER=…' >&2; exit 1; }

node:
	@command -v npm >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends nodejs npm >/dev/null; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 11) ? 0 : 1)' \
		|| { echo "Node $$(node --version) is too old: the browser test needs 20.11 or newer" >&2; exit 1; }

tests/web/node_modules/.package-lock.json: tests/web/package.json tests/web/package-lock.json | node
	cd tests/web && npm ci --no-audit --no-fund
	@touch $@
