for (const argument of Bun.argv.slice(2)) console.log("arg", argument);
