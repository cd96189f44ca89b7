console.log("looping");
for (;;);
