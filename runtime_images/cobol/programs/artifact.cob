*> Free format, as newer programs are written.
identification division.
program-id. artifact.
environment division.
input-output section.
file-control.
    select result-file assign to file-name organization is line sequential.
data division.
file section.
fd result-file.
01 result-line pic x(4).
working-storage section.
01 folder pic x(200).
01 file-name pic x(220).
procedure division.
    accept folder from environment "ARTIFACTS_DIR"
    string function trim(folder) "/result.txt" delimited by size into file-name
    open output result-file
    write result-line from "made"
    close result-file
    display "ok"
    stop run.
