const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;
    const shapes = @import("shapes.zig");
    const greeting = @import("greeting.zig");
    if (shapes.area(3) == 9) try out.print("{s} ok\n", .{greeting.text});
    try out.flush();
}
