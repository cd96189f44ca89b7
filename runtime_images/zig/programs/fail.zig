pub fn main() !void {
    return error.ItBroke;
}
