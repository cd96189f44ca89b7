const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;
    const text = try std.Io.Dir.cwd().readFileAlloc(init.io, "data.txt", init.arena.allocator(), .limited(1 << 20));
    try out.writeAll(text);
    try out.flush();
}
