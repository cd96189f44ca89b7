await Deno.writeTextFile(`${Deno.env.get("ARTIFACTS_DIR")}/result.txt`, "made");
console.log("ok");
