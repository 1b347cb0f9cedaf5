# Each target sets up what it needs; `npm ci` runs again only when the lock file changes.
STACK ?= prod
ARGS ?=
SUITE ?=

.PHONY: preview test e2e lab bench lint schema golden docs package clean

preview: node_modules/.package-lock.json ## check a stack, show what it would deploy, write its manifests (STACK=prod)
	@bin/arc preview --stack $(STACK) $(ARGS)

test: node_modules/.package-lock.json ## unit, component, golden and contract tests
	@npx mocha $(ARGS)

e2e: node_modules/.package-lock.json ## the real engine against a real control plane and a real Vault, see docs/lab.md
	@exec node --require ts-node/register/transpile-only test/e2e/run.ts $(SUITE) $(ARGS)

lab: node_modules/.package-lock.json ## deploy the stack local to a cluster, Vault and GitHub on this machine, until Ctrl-C
	@exec node --require ts-node/register/transpile-only lab/main.ts $(ARGS)

bench: node_modules/.package-lock.json ## previews and empty updates against the least program as large, see docs/performance.md
	@exec node --require ts-node/register/transpile-only bench/main.ts $(ARGS)

lint: node_modules/.package-lock.json ## types, lint rules, format, the components' reference and workflows
	npx tsc -p tsconfig.check.json
	npx tsc -p components/tsconfig.json --noEmit
	npx eslint --max-warnings 0 .
	npx prettier --check .
	npx typedoc --emit none
	ci/run actionlint

schema: node_modules/.package-lock.json ## renew what is generated from the stack file's schema
	bin/arc schema > docs/stack.schema.json
	bin/arc schema --layer > docs/layer.schema.json
	bin/arc schema --markdown > docs/stack-file.md

golden: node_modules/.package-lock.json ## renew the golden manifests and texts; review their diff
	UPDATE_GOLDEN=1 npx mocha --no-config --require ts-node/register --extension ts test/cli/preview.test.ts test/docs/modes.test.ts test/docs/observability.test.ts test/components/observability/golden.test.ts test/cli/status/page.test.ts test/docs/first-hour.test.ts test/components/schema.test.ts
	node test/support/renew-readme.js
	node --require ts-node/register/transpile-only test/parity/renew-page.ts

docs: node_modules/.package-lock.json ## the reference of the components' TypeScript, into out/reference
	npx typedoc

package: node_modules/.package-lock.json ## the npm package of the components, as a tarball in out/
	npm pack "./$$(node components/stage.js)" --pack-destination out

clean: ## remove what the targets made
	rm -rf node_modules out

node_modules/.package-lock.json: package.json package-lock.json components/package.json policy/package.json
	npm ci --no-fund --no-audit --loglevel=error
	@touch $@
