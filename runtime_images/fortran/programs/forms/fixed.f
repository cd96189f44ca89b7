C     FIXED FORM
      PROGRAM FIXED
      INTEGER I, TOTAL
      TOTAL = 0
      DO 10 I = 1, 3
        TOTAL = TOTAL +
     &    I
   10 CONTINUE
      IF (TOTAL .EQ. 6) WRITE(*, '(A)') 'ok'
      END
