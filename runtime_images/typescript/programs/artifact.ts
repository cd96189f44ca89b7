import { writeFileSync } from "node:fs";

writeFileSync(`${process.env.ARTIFACTS_DIR}/result.txt`, "made");
console.log("ok");
