s" data.txt" slurp-file type
