await Deno.stdout.write(await Deno.readFile("data.txt"));
