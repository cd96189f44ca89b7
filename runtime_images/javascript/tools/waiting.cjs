// Where Node waits for its job, if it was started before that is there: before it opens the program. NODE_OPTIONS
// leads here (language.toml). See sandbox/handover.py for what comes by descriptor 98 and what goes by 99.
"use strict";
if (process.env.NODE_OPTIONS === `--require ${__filename}`) {
  const fs = require("fs");
  delete require.cache[__filename];
  module.parent?.children.pop();
  fs.writeSync(99, "\0");
  fs.closeSync(99);
  const data = fs.readFileSync(98);
  fs.closeSync(98);
  if (data.length === 0) process.reallyExit(1);
  const words = data.toString().split("\0");
  const end = 1 + Number(words[0]);
  process.argv.push(...words.slice(1, end));
  for (const word of words.slice(end, -1)) {
    const equals = word.indexOf("=");
    if (equals < 0) delete process.env[word];
    else process.env[word.slice(0, equals)] = word.slice(equals + 1);
  }
}
