def unfinished( {
