package Greeting;
sub text { return "modules" }
1;
