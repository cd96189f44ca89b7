           COMPUTE AREA-OF = 3 * 3.
