: area ( side -- n ) dup * ;
