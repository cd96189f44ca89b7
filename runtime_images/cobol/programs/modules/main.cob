       IDENTIFICATION DIVISION.
       PROGRAM-ID. MAIN.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       COPY "greeting.cpy".
       01 AREA-OF PIC 99.
       PROCEDURE DIVISION.
           COPY "shapes.cpy".
           IF AREA-OF = 9
               DISPLAY FUNCTION TRIM(MESSAGE-TEXT) " ok"
           END-IF
           STOP RUN.
