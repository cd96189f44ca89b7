#!/bin/bash
# The program behind the Lambda Web Adapter, which runs it in place of a handler and waits until it serves.
# The layer's packages are on a handler's path, but not on a program's own.
export PYTHONPATH="/opt/python:$LAMBDA_TASK_ROOT"
exec python3 -m functions.api.serve
