unit module Shapes;
class Square is export {
    has Int $.side;
    method area { $.side ** 2 }
}
