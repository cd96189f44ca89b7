set text modules
