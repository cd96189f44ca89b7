const std = @import("std");

const Entry = struct { word: []const u8, count: u32 };

fn fib(n: u32) u32 {
    return if (n < 2) n else fib(n - 1) + fib(n - 2);
}

fn backwards(out: *std.Io.Writer, text: []const u8) !void {
    if (text.len == 0) return;
    try backwards(out, text[1..]);
    try out.writeByte(text[0]);
}

fn before(_: void, a: Entry, b: Entry) bool {
    if (a.count != b.count) return a.count > b.count;
    return std.mem.lessThan(u8, a.word, b.word);
}

pub fn main(init: std.process.Init) !void {
    var buffer: [4096]u8 = undefined;
    var writer: std.Io.File.Writer = .init(.stdout(), init.io, &buffer);
    const out = &writer.interface;

    var counts = std.StringHashMap(u32).init(init.gpa);
    defer counts.deinit();
    var words = std.mem.tokenizeScalar(u8, "the quick the fox", ' ');
    while (words.next()) |word| {
        const found = try counts.getOrPut(word);
        found.value_ptr.* = if (found.found_existing) found.value_ptr.* + 1 else 1;
    }
    var entries: [4]Entry = undefined;
    var used: usize = 0;
    var pairs = counts.iterator();
    while (pairs.next()) |pair| : (used += 1) {
        entries[used] = .{ .word = pair.key_ptr.*, .count = pair.value_ptr.* };
    }
    std.mem.sort(Entry, entries[0..used], {}, before);
    var numbers = [_]i32{ 5, 3, 8, 1, 2 };
    std.mem.sort(i32, &numbers, {}, std.sort.asc(i32));

    try out.print("fib {d}\nreversed ", .{fib(10)});
    try backwards(out, "hello");
    try out.writeAll("\nwords");
    for (entries[0..used]) |entry| try out.print(" {s}={d}", .{ entry.word, entry.count });
    try out.writeAll("\nsorted");
    for (numbers) |number| try out.print(" {d}", .{number});
    try out.writeAll("\n");
    try out.flush();
}
