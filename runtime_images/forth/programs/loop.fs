: forever begin again ; forever
