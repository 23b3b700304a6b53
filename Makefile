# The words people type; build.sh does the work. Arguments: make run ARGS='--port 9000', make test ARGS=RouterTest
help run test check bench jar clean setup: ; @./build.sh $@ $(ARGS)
.PHONY: help run test check bench jar clean setup
