if (new Square(side: 3).area() == 9) println "${Greeting.TEXT} ok"
