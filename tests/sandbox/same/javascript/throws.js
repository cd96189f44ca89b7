process.stdout.write("not ended by a line's end");
function fails() { throw new TypeError("no frame but the program's"); }
setTimeout(fails, 1);
