const std = @import("std");

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;
    var input: [4096]u8 = undefined;
    var reader: std.Io.File.Reader = .init(.stdin(), init.io, &input);
    while (try reader.interface.takeDelimiter(10)) |line| try out.print("got {s}\n", .{line});
    try out.flush();
}
