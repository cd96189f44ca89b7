: text s" modules" ;
