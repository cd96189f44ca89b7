exports.Square = class {
  constructor(side) {
    this.side = side;
  }

  area() {
    return this.side ** 2;
  }
};
