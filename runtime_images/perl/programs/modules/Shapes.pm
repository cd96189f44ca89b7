package Shapes;
sub area { return $_[0] ** 2 }
1;
