#!/bin/sh
exec mcs -optimize+ -out:main.exe ./*.cs
