import { text } from "./greeting.ts";
import { Square } from "./shapes.ts";

if (new Square(3).area() === 9) console.log(text, "ok");
