const { text } = require("./greeting");
const { Square } = require("./shapes.js");

if (new Square(3).area() === 9) console.log(text, "ok");
