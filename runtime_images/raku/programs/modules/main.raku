use Greeting;
use Shapes;

say "{text()} ok" if Square.new(side => 3).area == 9;
