#!/bin/sh
exec kotlin -cp classes "$(cat /tmp/main-class)" "$@"
