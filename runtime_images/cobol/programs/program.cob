       IDENTIFICATION DIVISION.
       PROGRAM-ID. MAIN.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 FIB-ANSWER         PIC 9(9) COMP-5.
       01 SHOWN              PIC Z(8)9.
       01 DIGIT              PIC 9.
       01 WORD-LIST          PIC X(20) VALUE "the quick the fox".
       01 WORD               PIC X(10).
       01 POSITION-IN-LIST   PIC 99 VALUE 1.
       01 USED               PIC 99 VALUE 0.
       01 I                  PIC 99.
       01 ENTRIES.
          05 ENTRY-OF OCCURS 1 TO 8 TIMES DEPENDING ON USED
             DESCENDING KEY IS WORD-COUNT ASCENDING KEY IS WORD-TEXT
             INDEXED BY E.
             10 WORD-TEXT    PIC X(10).
             10 WORD-COUNT   PIC 9.
       01 DIGITS-LIST.
          05 NUMBER-AT PIC 9 OCCURS 5 TIMES.
       PROCEDURE DIVISION.
           CALL "FIB" USING BY CONTENT 10 BY REFERENCE FIB-ANSWER
           MOVE FIB-ANSWER TO SHOWN
           DISPLAY "fib " FUNCTION TRIM(SHOWN)
           DISPLAY "reversed " FUNCTION REVERSE("hello")
           PERFORM COUNT-WORD 4 TIMES
           SORT ENTRY-OF DESCENDING KEY WORD-COUNT
               ASCENDING KEY WORD-TEXT
           DISPLAY "words" WITH NO ADVANCING
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > USED
               DISPLAY " " FUNCTION TRIM(WORD-TEXT(I)) "="
                   WORD-COUNT(I) WITH NO ADVANCING
           END-PERFORM
           DISPLAY X"0A" WITH NO ADVANCING
           MOVE "53812" TO DIGITS-LIST
           SORT NUMBER-AT ASCENDING
           DISPLAY "sorted" WITH NO ADVANCING
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 5
               DISPLAY " " NUMBER-AT(I) WITH NO ADVANCING
           END-PERFORM
           DISPLAY X"0A" WITH NO ADVANCING
           STOP RUN.
       COUNT-WORD.
           UNSTRING WORD-LIST DELIMITED BY ALL SPACE INTO WORD
               WITH POINTER POSITION-IN-LIST
           SET E TO 1
           PERFORM VARYING I FROM 1 BY 1
               UNTIL I > USED OR WORD-TEXT(I) = WORD
               CONTINUE
           END-PERFORM
           IF I > USED
               ADD 1 TO USED
               MOVE WORD TO WORD-TEXT(USED)
               MOVE 0 TO WORD-COUNT(USED)
           END-IF
           ADD 1 TO WORD-COUNT(I).
       END PROGRAM MAIN.

       IDENTIFICATION DIVISION.
       PROGRAM-ID. FIB RECURSIVE.
       DATA DIVISION.
       LOCAL-STORAGE SECTION.
       01 ONE-LESS           PIC 9(9) COMP-5.
       01 TWO-LESS           PIC 9(9) COMP-5.
       01 FIRST-PART         PIC 9(9) COMP-5.
       01 SECOND-PART        PIC 9(9) COMP-5.
       LINKAGE SECTION.
       01 N                  PIC 9(9) COMP-5.
       01 ANSWER             PIC 9(9) COMP-5.
       PROCEDURE DIVISION USING N ANSWER.
           IF N < 2
               MOVE N TO ANSWER
           ELSE
               SUBTRACT 1 FROM N GIVING ONE-LESS
               SUBTRACT 2 FROM N GIVING TWO-LESS
               CALL "FIB" USING ONE-LESS FIRST-PART
               CALL "FIB" USING TWO-LESS SECOND-PART
               ADD FIRST-PART SECOND-PART GIVING ANSWER
           END-IF
           GOBACK.
       END PROGRAM FIB.
