# make demo      the whole story on this machine, in about two minutes    (ARGS=--json for one JSON document)
# make sandbox   the same world, and it stays up
# make test      everything that can be tested on this machine
SHELL := /bin/bash
CONFIGURATION ?= Release
BIN := artifacts/canary
ARGS ?=
export PATH := $(CURDIR)/.tools/usr/bin:$(PATH)
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help build publish demo sandbox test fault-schedules fuzz scenarios strategies benchmark judge-benchmark test-cluster format format-check version image crds reference clean

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

sdk:
	@command -v dotnet >/dev/null || { echo "error: the .NET SDK 10 is missing. Install it: https://dotnet.microsoft.com/download/dotnet/10.0" >&2; exit 1; }

publish: sdk ## Put the commands (canary, canary-controller, canary-sandbox) into artifacts/canary
	@scripts/publish.sh $(CONFIGURATION) $(BIN)

demo: publish ## Three releases, live: a good one, one with errors, a slow one   (ARGS=--json)
	@scripts/tools.sh prometheus
	@$(BIN)/canary demo $(ARGS)

sandbox: publish ## The world of the demo, until Ctrl-C
	@scripts/tools.sh prometheus
	@$(BIN)/canary sandbox run $(ARGS)

build: sdk ## Compile everything
	dotnet build Canary.sln -c $(CONFIGURATION) --nologo -v q

test: build publish ## Every test; ends with: N passed, N failed, N skipped
	@scripts/tools.sh prometheus prometheus-alertmanager
	@scripts/run-tests.sh $(CONFIGURATION)

strategies: ## Print the table of the strategies, with the requests of each story, from the last run of the end-to-end tests
	@scripts/strategies.sh

benchmark: sdk ## Measure: queries a tick, shared and alone, and a scrape of the metrics
	@dotnet run --project bench/Canary.Benchmarks -c $(CONFIGURATION) -- $(ARGS)

fault-schedules: sdk ## Run the engine through 10,000 schedules of a faulty network   (SCHEDULES=0-10000)
	CANARY_FAULT_SCHEDULES=$(or $(SCHEDULES),0-10000) dotnet test tests/Canary.Kubernetes.Tests -c Release --nologo -v q --filter FullyQualifiedName~GivenWritesOfAnyDelay --logger "console;verbosity=detailed"

fuzz: sdk ## Feed random input to every reader   (SEED=first case, TIMES=50)
	@for project in tests/Canary.Core.Tests tests/Canary.Providers.Tests tests/Canary.Kubernetes.Tests sandbox/Canary.ApiServer.Tests; do \
	  CANARY_FUZZ_FROM=$(or $(SEED),0) CANARY_FUZZ=$(or $(TIMES),50) dotnet test $$project -c Release --nologo -v q --filter FullyQualifiedName~.Fuzzing. \
	    --logger "console;verbosity=detailed" || exit 1; \
	done

scenarios: sdk ## Run random rollouts, and shrink one that breaks a law   (SEED=number, TIMES=5000)
	@for project in tests/Canary.Core.Tests tests/Canary.Engine.Tests; do \
	  CANARY_SCENARIO_SEED=$(or $(SEED),20261120) CANARY_SCENARIOS=$(or $(TIMES),5000) dotnet test $$project -c Release --nologo -v q \
	    --filter "FullyQualifiedName~GivenAnyWorld.WhenAnything|FullyQualifiedName~GivenAnyRelease" --logger "console;verbosity=detailed" || exit 1; \
	done

judge-benchmark: sdk ## Measure the judges against each other, in about a quarter of an hour   (ARGS="--grid smoke|standard|realistic|full|placebo|objective --runs N --seed N")
	@dotnet run --project bench/Canary.JudgeBenchmark -c Release -- --out docs/judge $(ARGS)

test-cluster: build publish ## Conformance and end-to-end tests against the cluster of CANARY_TEST_KUBECONFIG
	@[ -n "$$CANARY_TEST_KUBECONFIG" ] || { echo "error: set CANARY_TEST_KUBECONFIG to the kubeconfig of a cluster to test against; its objects in the test namespaces are deleted" >&2; exit 2; }
	@scripts/tools.sh prometheus
	@scripts/run-tests.sh $(CONFIGURATION) sandbox/Canary.ApiServer.Tests sandbox/Canary.Sandbox.Tests tests/Canary.EndToEnd.Tests

format: sdk ## Rewrite to the style of .editorconfig
	dotnet format Canary.sln

format-check: sdk ## Fail where format would change something
	dotnet format Canary.sln --verify-no-changes

crds: sdk ## Write deploy/crds anew from the resources
	CANARY_UPDATE=1 dotnet test tests/Canary.Kubernetes.Tests --nologo -v q --filter FullyQualifiedName~WhenTheDefinitionIsGenerated

reference: sdk ## Write docs/reference anew from the code
	CANARY_UPDATE=1 dotnet test tests/Canary.Cli.Tests --nologo -v q --filter FullyQualifiedName~Pages.Reference
	CANARY_UPDATE=1 dotnet test tests/Canary.Controller.Tests --nologo -v q --filter FullyQualifiedName~Pages.Reference

version: sdk ## Say the version of this build: that of the nearest tag, and the commits since
	@dotnet restore src/Canary.Controller --nologo -v q >&2
	@dotnet msbuild src/Canary.Controller -t:MinVer -getProperty:MinVerVersion

image: sdk ## Build the controller's image (IMAGE=name:tag; default canary:VERSION)
	@version=$$($(MAKE) -s --no-print-directory version) && docker build --build-arg VERSION="$$version" -t "$(or $(IMAGE),canary:$$version)" .

clean: ## Remove what was built
	rm -rf artifacts .tools .sandbox
	find src tests sandbox bench -name bin -o -name obj | xargs rm -rf
