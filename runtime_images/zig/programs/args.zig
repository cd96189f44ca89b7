const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    for (arguments[1..]) |argument| try out.print("arg {s}\n", .{argument});
    try out.flush();
}
