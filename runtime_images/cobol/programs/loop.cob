       IDENTIFICATION DIVISION.
       PROGRAM-ID. MAIN.
       PROCEDURE DIVISION.
           DISPLAY "looping"
           PERFORM UNTIL 1 = 2
               CONTINUE
           END-PERFORM
           STOP RUN.
