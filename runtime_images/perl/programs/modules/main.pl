use lib ".";
use Greeting;
use Shapes;
print Greeting::text(), " ok\n" if Shapes::area(3) == 9;
