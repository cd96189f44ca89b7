const text: string = await new Response(Deno.stdin.readable).text();
for (const line of text.split("\n")) console.log("got", line);
