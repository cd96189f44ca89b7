const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const line: [63]u8 = @splat(120);
    for (0..16384) |_| try writer.interface.print("{s}\n", .{&line});
    try writer.interface.flush();
}
