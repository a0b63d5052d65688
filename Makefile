# Everything a developer or a new user needs. `make demo` and `make test` are the two commands of the README.

GO      ?= go
BIN     := bin/sanwen
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X sanwen/internal/app.Version=$(VERSION)
ADDR    ?= 127.0.0.1:8080

# The same flags everywhere, so that what one step has compiled the next need not.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath -buildvcs=false

.PHONY: build demo test checks test-quick tools vet gates gates-all ladder golden bench bench-insight cross screenshots clean

build: ## one static binary
	$(GO) build -ldflags "$(LDFLAGS)" -o $(BIN) ./cmd/sanwen

demo: build ## build and start with demonstration data; prints the address and the sign-ins
	$(BIN) demo --addr $(ADDR)

tools: ## what the tests need beside Go: PostgreSQL, Chromium, LibreOffice, poppler, Node.js with the checkers of pages (Debian packages; as root)
	./.ci/tools

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'not gofmt-ed'; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

# The checkers of pages are fetched while the program is compiled; the tests need both.
test: ## everything, on SQLite and PostgreSQL and in a real browser; pictures go to artefacts/
	@$(MAKE) --no-print-directory -j2 --output-sync=target tools checks
	./.ci/test

checks: ## everything but the tests
	@$(MAKE) --no-print-directory vet
	@$(MAKE) --no-print-directory cross

test-quick: ## SQLite only, no race detector
	SANWEN_TEST_PG=off $(GO) test ./...

# What every page must pass. `make test` runs the same sample; SANWEN_GATES_SEED draws another.
GATES := ^Test(Gate|HTML|Axe|Sniff|Keys|Pseudo|Budget|Speed|Golden|Paper|Posters)

gates: tools ## every page in a sample of widths, colours, languages and sizes of letters
	$(GO) test -count=1 -timeout 20m -run '$(GATES)' ./internal/app/browser
	SANWEN_TEST_PG=off $(GO) test -count=1 -run 'TestEveryPageIsClean|TestNoWordsInTemplates|TestEmployeePagesAreSmall|TestLintFinds' ./internal/face/web ./internal/face/webtest

gates-all: tools ## the same with every page in every way: over a night, or in as many parts as one likes (PART=3/32)
	SANWEN_GATES=$(or $(PART),all) $(GO) test -count=1 -timeout 12h -v -run '$(if $(PART),^Test(Gates|Pseudo|Keys),$(GATES))' ./internal/app/browser

ladder: tools ## five schedulers, stopped and killed, over 10,000 duties that are due
	SANWEN_LADDER=full $(GO) test -count=1 -timeout 1h -v -run '^(TestFiveSchedulers|TestSchedulersAreProcesses)$$' ./internal/base/duty ./internal/app/faultlab

golden: build ## the pictures of forty screens, anew; look at what changed before committing them
	SANWEN_GOLDEN=new $(GO) test -count=1 -v -run '^TestGolden$$' ./internal/app/browser

cross: ## the platforms of the release build without cgo
	GOOS=linux GOARCH=arm64 $(GO) build -o /dev/null ./cmd/sanwen
	GOOS=linux GOARCH=loong64 $(GO) build -o /dev/null ./cmd/sanwen
	GOOS=linux GOARCH=amd64 $(GO) build -o /dev/null ./cmd/sanwen

EACH  ?= 5
LARGE    ?=
POSTGRES ?= own

bench: build ## speed, as ratios side by side in one run; writes docs/benchmarks.md. LARGE=DIR adds a million voices
	$(GO) run ./internal/app/bench -bin $(BIN) -seconds $(EACH) -large "$(LARGE)" -postgres "$(POSTGRES)" -write docs/benchmarks.md

TEXTS    ?= 1000000
INSIGHT  ?= ../shared/data

bench-insight: ## what the program proposes by itself: quality on public data (INSIGHT=DIR), time and memory on generated texts; writes its part of docs/benchmarks.md
	$(GO) run ./internal/app/bench/insight -data "$(INSIGHT)" -texts "$(TEXTS)" -write docs/benchmarks.md

screenshots: build ## the pictures that the guides and the README show, by a real browser; look at what changed before committing them
	SANWEN_PICTURES=$(CURDIR)/docs/images $(GO) test -count=1 -timeout 20m -run '^TestGuidePictures$$' ./internal/app/browser
	$(GO) test -count=1 -run '^TestGuideShowsWhatIsTaken$$' ./internal/app/browser

clean:
	rm -rf bin artefacts
