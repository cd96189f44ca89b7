say "looping";
loop { }
