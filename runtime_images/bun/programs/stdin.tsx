for await (const line of console) console.log("got", line);
