#!/bin/sh
exec jar --create --file main.jar --main-class "$(cat /tmp/main-class)" -C classes .
