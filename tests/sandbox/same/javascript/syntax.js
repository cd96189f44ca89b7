console.log("never")
let = = 1;
