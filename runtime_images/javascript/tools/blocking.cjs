// A pipe is written as a file or a terminal is: at once, so that an exit or an exception loses nothing.
"use strict";
for (const name of ["stdout", "stderr"]) {
  const { get, enumerable } = Object.getOwnPropertyDescriptor(process, name);
  const first = () => {
    const stream = get.call(process);
    stream._handle?.setBlocking?.(true);
    Object.defineProperty(process, name, { configurable: true, enumerable, get });
    return stream;
  };
  Object.defineProperty(process, name, { configurable: true, enumerable, get: first });
}
