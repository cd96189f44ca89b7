require "big"
require "csv"
require "digest/sha256"
require "http/client"
require "json"
require "openssl"
require "xml"
require "yaml"

def check(expected, value)
  raise "expected #{expected}, not #{value}" unless expected == value
end

check 2, JSON.parse(%({"a": [1, 2]}))["a"][1].as_i
check 1, YAML.parse("a: 1")["a"].as_i
check "x", XML.parse("<a><b>x</b></a>").xpath_string("string(/a/b)")
check [["a", "b,c"]], CSV.parse(%(a,"b,c"))
check "18446744073709551616", (BigInt.new(2) ** 64).to_s
check "ca978112", Digest::SHA256.hexdigest("a")[0, 8]
check "ca978112", OpenSSL::Digest.new("SHA256").update("a").final.hexstring[0, 8]
puts "ok"
