const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;
    for (0..16384) |_| try out.writeAll("x" ** 63 ++ "\n");
    try out.flush();
}
