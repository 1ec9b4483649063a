# What the compilers and analysers say, and the rules of the layout.

lint:
	ci/lint

# A variable's value, for scripts: make -s print-TOOLS
print-%:
	@: $(info $($*))

.PHONY: lint
