import { text } from "./greeting";
import { Square } from "./shapes";

if (new Square(3).area() === 9) console.log(text, "ok");
