(require '[clojure.core.async :as async]
         '[clojure.data.csv :as csv]
         '[clojure.data.json :as json]
         '[clojure.data.xml :as xml]
         '[clojure.math.combinatorics :as combinatorics]
         '[clojure.tools.cli :as cli])
(import com.fasterxml.jackson.databind.ObjectMapper
        com.google.common.collect.ImmutableList
        com.google.gson.JsonParser
        [com.google.zxing BarcodeFormat]
        com.google.zxing.qrcode.QRCodeWriter
        java.sql.DriverManager
        org.apache.commons.codec.digest.DigestUtils
        org.apache.commons.collections4.ListUtils
        org.apache.commons.compress.utils.CharsetNames
        org.apache.commons.csv.CSVFormat
        org.apache.commons.io.FilenameUtils
        org.apache.commons.lang3.StringUtils
        org.apache.commons.math3.stat.StatUtils
        org.apache.commons.text.WordUtils
        org.jsoup.Jsoup
        org.yaml.snakeyaml.Yaml)

(assert (= (json/read-str "{\"a\": [1, 2]}") {"a" [1 2]}))
(assert (= (csv/read-csv "a,\"b,c\"") [["a" "b,c"]]))
(assert (= (:tag (xml/parse-str "<a/>")) :a))
(assert (= (count (combinatorics/permutations [1 2 3])) 6))
(assert (= (:arguments (cli/parse-opts ["x"] [])) ["x"]))
(assert (= (async/<!! (async/go 42)) 42))
(assert (= (.size (.readTree (ObjectMapper.) "[1]")) 1))
(assert (= (.size (.getAsJsonArray (JsonParser/parseString "[1]"))) 1))
(assert (= (.get (.reverse (ImmutableList/of 1 2)) 0) 2))
(assert (= (.getWidth (.encode (QRCodeWriter.) "hello" BarcodeFormat/QR_CODE 64 64)) 64))
(assert (.startsWith (DigestUtils/sha256Hex "a") "ca978112"))
(assert (= (.size (ListUtils/union [1] [2])) 2))
(assert (= CharsetNames/UTF_8 "UTF-8"))
(assert (= (.get (first (.getRecords (.parse CSVFormat/DEFAULT (java.io.StringReader. "a,b")))) 1) "b"))
(assert (= (FilenameUtils/getExtension "a.b") "b"))
(assert (= (StringUtils/reverse "ab") "ba"))
(assert (= (StatUtils/mean (double-array [1 3])) 2.0))
(assert (= (WordUtils/capitalize "a") "A"))
(assert (= (.text (.last (.select (Jsoup/parse "<p>one<p>two") "p"))) "two"))
(assert (= (get (.load (Yaml.) "a: 1") "a") 1))
(with-open [connection (DriverManager/getConnection "jdbc:sqlite::memory:")]
  (assert (= (.getInt (.executeQuery (.createStatement connection) "select 42") 1) 42)))
(shutdown-agents)
(println "ok")
