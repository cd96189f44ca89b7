package require base64
package require csv
package require json
package require json::write
package require math::statistics
package require sha256
package require sqlite3
package require struct::list
package require struct::set
package require tdom
package require textutil
package require Thread
package require uri
package require yaml

proc check {expected value} {
    if {$expected ne $value} {
        error "expected $expected, not $value"
    }
}

check 2 [lindex [dict get [json::json2dict {{"a": [1, 2]}}] a] 1]
check {a b,c} [csv::split {a,"b,c"}]
check dGV4dA== [base64::encode text]
check 2.0 [math::statistics::mean {1 2 3}]
check ca978112 [string range [sha2::sha256 a] 0 7]
check {{1 2} {2 1}} [struct::list permutations {1 2}]
check x [[dom parse <a><b>x</b></a>] selectNodes string(/a/b)]
check {1 2} [dict get [yaml::yaml2dict "a: \[1, 2\]"] a]
sqlite3 database :memory:
check 42 [database eval {select 6 * 7}]
puts ok
