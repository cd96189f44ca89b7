// What goes to process.stdout goes out at once, so that an exit or an exception loses nothing; console.log's does anyhow.
"use strict";
const { writeSync } = require("fs");
const { Writable } = require("stream");

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeAll(fd, data) {
  for (let at = 0; at < data.length; ) {
    try {
      at += writeSync(fd, data, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

for (const stream of [process.stdout, process.stderr]) {
  const { fd } = stream;
  stream._write = (chunk, encoding, done) => {
    try {
      writeAll(fd, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    } catch (error) {
      return done(error);
    }
    done();
  };
  stream._writev = null;
  stream.write = Writable.prototype.write;
}
