#!/bin/sh
# A program finds its arguments in the table `args`, and begins with an otherwise empty database.
{
    echo 'CREATE TEMP TABLE args (position INTEGER PRIMARY KEY, value TEXT);'
    for value; do printf "INSERT INTO args (value) VALUES ('%s');\n" "$(printf %s "$value" | sed "s/'/''/g")"; done
} >/tmp/args.sql
exec sqlite3 -bail :memory: '.read /tmp/args.sql' '.read main.sql'
