: forever ." looping" cr begin again ; forever
