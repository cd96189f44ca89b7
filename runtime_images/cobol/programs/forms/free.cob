IDENTIFICATION DIVISION.
PROGRAM-ID. free-form.
PROCEDURE DIVISION.
    display "ok"
    stop run.
