export class Square {
  constructor(private side: number) {}

  area(): number {
    return this.side ** 2;
  }
}
