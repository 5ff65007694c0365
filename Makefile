# `make` lists the targets. Everything is built with the dev profile of `cargo test`, in one target directory.

CHROMIUM ?= /usr/bin/chromium
REDIS_SERVER ?= redis-server
BINARY := $(abspath $(or $(CARGO_TARGET_DIR),target))/debug/lionrock
RELEASE := $(abspath $(or $(CARGO_TARGET_DIR),target))/release/lionrock
WEB_REBUILT := $(abspath $(or $(CARGO_TARGET_DIR),target))/web-dist
SCREENSHOTS := $(abspath $(or $(CARGO_TARGET_DIR),target))/screenshots
PROMTOOL ?= promtool
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get -qq

.DEFAULT_GOAL := help
.PHONY: help test lint fmt demo web webcheck screenshot bench attack soak audit verify deploycheck release build clients supergraph chromium redis promtool node

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

test: ## Run all Rust tests
	cargo test --locked

lint: ## Check the format, and clippy with warnings denied
	cargo fmt --check
	cargo clippy --locked --all-targets --test redis -- -D warnings

fmt: ## Format the code
	cargo fmt

demo: ## Serve the fixtures as an upstream, and the gateway live against it
	cargo run --locked --example demo

bench: ## Compare with other GraphQL servers, and write docs/performance.md (needs wrk; Node for one of them; takes minutes)
	cargo bench --locked --bench side_by_side

attack: ## Measure latencies while 64 clients attack a release build that has 512 MiB of memory
	cargo build --release --locked --bin lionrock
	LIONROCK_TEST_BINARY=$(RELEASE) ATTACK_SECONDS=30 ATTACK_COST_PERCENT=100 cargo test --locked --test it attack -- --nocapture

soak: ## Query a release build for ten minutes while its upstream fails, and check responses and memory
	cargo build --release --locked --bin lionrock
	LIONROCK_TEST_BINARY=$(RELEASE) cargo test --locked --test it soak -- --ignored --nocapture

audit: ## Check licences and advisories of all dependencies (needs cargo-deny, and a registry that answers npm audit)
	cargo deny check
	for folder in web tests/web tests/federation tests/deploy examples/clients/typescript examples/clients/react; do (cd $$folder && npm audit --audit-level=high) || exit 1; done

web: web/node_modules/.package-lock.json ## Build the explorer and the GraphiQL page into web/dist; commit the result (needs Node)
	cd web && npm run --silent build

webcheck: web/node_modules/.package-lock.json ## Test the pages' modules, and fail if a text is not translated or web/dist differs from a new build
	cd web && node --test
	cd web && npm run --silent extract >/dev/null && git diff --exit-code --stat -- src/explorer/locales || { echo 'the catalogues lack texts of the source: run `npm run extract` in web/ and translate' >&2; exit 1; }
	cd web && npm run --silent build -- --outDir $(WEB_REBUILT)
	@diff -r web/dist $(WEB_REBUILT) || { echo 'web/dist differs from a new build of web/: run `make web` and commit web/dist' >&2; exit 1; }

screenshot: build chromium tests/web/node_modules/.package-lock.json ## Retake the screenshots in docs/images
	@{ command -v pngquant && fc-list :lang=zh-tw | grep .; } >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends fontconfig fonts-droid-fallback pngquant >/dev/null; }
	cd tests/web && CHROMIUM=$(CHROMIUM) LIONROCK_BIN=$(BINARY) LIONROCK_SCREENSHOTS=$(SCREENSHOTS) node --test --test-name-pattern='first example .light|with the keyboard alone' graphiql.test.mjs explorer.test.mjs
	mkdir -p docs/images && pngquant --force --output docs/images/graphiql.png $(SCREENSHOTS)/answer-light.png
	pngquant --force --output docs/images/explorer.png $(SCREENSHOTS)/explorer-source.png

supergraph: build tests/federation/node_modules/.package-lock.json ## Regenerate the subgraphs in schema/ and compose them
	for name in graph itf hkas hkstpc itc rdc hkpc hkctc; do $(BINARY) schema --subgraph $$name > schema/subgraphs/$$name.graphql || exit 1; done
	cd tests/federation && node compose.mjs > supergraph.tmp && mv supergraph.tmp ../../schema/supergraph.graphql

verify: build clients chromium redis tests/web/node_modules/.package-lock.json tests/federation/node_modules/.package-lock.json ## Audit GraphQL over HTTP; lint the schema; test GraphiQL in Chromium, the clients, subgraphs behind routers, and replicas with Redis (installs missing packages)
	LIONROCK_TEST_REDIS_SERVER=$(REDIS_SERVER) cargo test --locked --test redis -- --test-threads=2
	cd tests/web && CHROMIUM=$(CHROMIUM) LIONROCK_BIN=$(BINARY) LIONROCK_CLIENT_BIN=$(BINARY)-client node --test --test-reporter=spec
	cd tests/federation && LIONROCK_BIN=$(BINARY) PRODUCTS_BIN=$(dir $(BINARY))examples/products node --test --test-concurrency=1 --test-reporter=spec
	$(MAKE) --no-print-directory deploycheck

deploycheck: build promtool tests/deploy/node_modules/.package-lock.json ## Check examples/deploy (Kubernetes, Compose, alerts, dashboard), the packages and the release archive (installs missing packages)
	cd tests/deploy && LIONROCK_BIN=$(BINARY) PROMTOOL=$(PROMTOOL) node --test --test-concurrency=2 --test-reporter=spec

# `make release RELEASE_BINARY=path` packages an existing binary instead of building one.
release: ## Build target/release-archive/lionrock-VERSION-TARGET.tar.gz and its SHA256SUMS
	.ci/release $(RELEASE_BINARY)

# Development dependencies enable features of some crates. Without `--tests`, cargo would build those crates and lionrock
# a second time after `cargo test`.
build:
	cargo build --locked --bins --tests --example products

# The path is absolute, because cargo would otherwise use the target directory of the client's own crate.
clients: examples/clients/typescript/node_modules/.package-lock.json examples/clients/react/node_modules/.package-lock.json
	cd examples/clients/typescript && npm run --silent build
	cd examples/clients/react && npm run --silent build >/dev/null
	cargo build --locked --manifest-path examples/clients/rust/Cargo.toml --target-dir $(abspath $(or $(CARGO_TARGET_DIR),target))
	@command -v jq curl python3 >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends curl jq python3 >/dev/null; }

chromium:
	@test -x $(CHROMIUM) || { $(APT) update && $(APT) install -y --no-install-recommends chromium >/dev/null; } || true
	@test -x $(CHROMIUM) || { echo 'no browser at $(CHROMIUM): set CHROMIUM=…' >&2; exit 1; }

redis:
	@command -v $(REDIS_SERVER) >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends redis-server >/dev/null; } || true
	@command -v $(REDIS_SERVER) >/dev/null || { echo 'no Redis server at $(REDIS_SERVER): set REDIS_SERVER=…' >&2; exit 1; }

promtool:
	@command -v $(PROMTOOL) >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends prometheus >/dev/null; } || true
	@command -v $(PROMTOOL) >/dev/null || { echo 'no promtool at $(PROMTOOL): set PROMTOOL=…' >&2; exit 1; }

node:
	@command -v npm >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends nodejs npm >/dev/null; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' \
		|| { echo "Node $$(node --version) is too old: the page needs 20.19, 22.12 or newer" >&2; exit 1; }

# npm writes this file last, so it exists if and only if the packages are installed. Package scripts are not run.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json | node
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
