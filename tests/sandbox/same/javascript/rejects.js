import("./missing.mjs").finally(() => console.log("then"));
