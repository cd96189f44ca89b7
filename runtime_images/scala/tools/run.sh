#!/bin/sh
exec scala -cp classes "$(cat /tmp/main-class)" "$@"
