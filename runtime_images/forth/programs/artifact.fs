s" ARTIFACTS_DIR" getenv pad place s" /result.txt" pad +place
pad count w/o create-file throw constant file
s" made" file write-file throw
file close-file throw
." ok" cr
