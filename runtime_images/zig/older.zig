const std = @import("std");

pub fn main() !void {
    var gpa = std.heap.GeneralPurposeAllocator(.{}){};
    defer _ = gpa.deinit();
    var list = std.ArrayList(u8).init(gpa.allocator());
    defer list.deinit();
    try list.appendSlice("Hello, world!");
    try std.io.getStdOut().writer().print("{s}\n", .{list.items});
}
