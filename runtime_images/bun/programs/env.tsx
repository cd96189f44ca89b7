console.log(Bun.env.GREETING);
