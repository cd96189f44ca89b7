<?php
require "greeting.php";
require "Square.php";

if ((new Square(3))->area() === 9) {
    echo TEXT, " ok\n";
}
