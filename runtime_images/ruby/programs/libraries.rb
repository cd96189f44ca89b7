%w[
  active_support/all addressable/uri bcrypt builder chunky_png concurrent csv faraday hashie httparty json jwt kramdown
  mini_magick msgpack mustache narray nokogiri oj pastel prawn redcarpet rest-client rqrcode rspec/core sqlite3
  terminal-table tzinfo zip
].each { |name| require name }

def check(expected, value)
  raise "expected #{expected}, not #{value}" unless expected == value
end

check "two", Nokogiri::HTML("<p>one<p>two").css("p")[1].text
check({ "a" => [1, 2] }, Oj.load('{"a": [1, 2]}'))
check [["b"]], CSV.parse("a\nb", headers: true).map(&:fields)
check 42, SQLite3::Database.new(":memory:").get_first_value("select 6 * 7")
check "people", "person".pluralize
check true, RQRCode::QRCode.new("hello").as_png.width > 10
check [1, "a"], MessagePack.unpack(MessagePack.pack([1, "a"]))
check "<p>x</p>\n", Kramdown::Document.new("x").to_html
check 10, ChunkyPNG::Image.new(10, 10).width
puts "ok"
