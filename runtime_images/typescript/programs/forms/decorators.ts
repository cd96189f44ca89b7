function twice(target: any, name: string, descriptor: PropertyDescriptor) {
  const method = descriptor.value;
  descriptor.value = function (text: string) {
    return method.call(this, text + method.call(this, ""));
  };
  return descriptor;
}

class Greeter {
  @twice
  greet(text: string) {
    return text + "k";
  }
}

console.log("o" + new Greeter().greet("").slice(1));
