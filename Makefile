# Every target is one call of tools/dev.py, which needs nothing but Python 3.11 or later.
PYTHON ?= python3

.PHONY: help run test test-fast coverage check format bench lock messages screenshots clean
help:       ## list the targets
	@grep -E '^[a-z-]+: +##' $(MAKEFILE_LIST) | sed 's/: *##/\t/'
run:        ## start Osler with the demo clinic
	@$(PYTHON) tools/dev.py run
test:       ## every test, browser included
	@$(PYTHON) tools/dev.py test
test-fast:  ## every test but those in a browser
	@$(PYTHON) tools/dev.py test-fast
coverage:   ## which lines the tests outside a browser run
	@$(PYTHON) tools/dev.py coverage
check:      ## format, lint, types, import contracts, house rules
	@$(PYTHON) tools/dev.py check
format:     ## lay out code and templates as check wants them
	@$(PYTHON) tools/dev.py format
bench:      ## the benchmark, with ratios to the bare stack
	@$(PYTHON) tools/dev.py bench
lock:       ## renew the locked requirements
	@$(PYTHON) tools/dev.py lock
messages:   ## gather and compile the texts of the interface
	@$(PYTHON) tools/dev.py messages
screenshots: ## make the pictures in docs/ from the demo clinic
	@$(PYTHON) tools/dev.py screenshots
clean:      ## remove the environment and all state of this checkout
	@$(PYTHON) tools/dev.py clean
