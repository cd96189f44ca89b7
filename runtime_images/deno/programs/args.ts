for (const argument of Deno.args) console.log("arg", argument);
