await Bun.write(`${process.env.ARTIFACTS_DIR}/result.txt`, "made");
console.log("ok");
