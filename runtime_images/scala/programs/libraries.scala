import com.fasterxml.jackson.databind.ObjectMapper
import com.google.common.collect.ImmutableList
import com.google.gson.JsonParser
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import java.sql.DriverManager
import org.apache.commons.codec.digest.DigestUtils
import org.apache.commons.collections4.ListUtils
import org.apache.commons.compress.utils.CharsetNames
import org.apache.commons.csv.CSVFormat
import org.apache.commons.io.FilenameUtils
import org.apache.commons.lang3.StringUtils
import org.apache.commons.math3.stat.StatUtils
import org.apache.commons.text.WordUtils
import org.jsoup.Jsoup
import org.yaml.snakeyaml.Yaml

@main def libraries(): Unit =
  assert(ObjectMapper().readTree("[1]").size == 1)
  assert(JsonParser.parseString("[1]").getAsJsonArray.size == 1)
  assert(ImmutableList.of(1, 2).reverse.get(0) == 2)
  assert(QRCodeWriter().encode("hello", BarcodeFormat.QR_CODE, 64, 64).getWidth == 64)
  assert(DigestUtils.sha256Hex("a").startsWith("ca978112"))
  assert(ListUtils.union(java.util.List.of(1), java.util.List.of(2)).size == 2 && CharsetNames.UTF_8 == "UTF-8")
  assert(CSVFormat.DEFAULT.parse(java.io.StringReader("a,b")).getRecords.get(0).get(1) == "b")
  assert(FilenameUtils.getExtension("a.b") == "b" && StringUtils.reverse("ab") == "ba")
  assert(StatUtils.mean(Array(1.0, 3.0)) == 2 && WordUtils.capitalize("a") == "A")
  assert(Jsoup.parse("<p>one<p>two").select("p").last.text == "two")
  assert(Yaml().load[java.util.Map[String, Int]]("a: 1").get("a") == 1)
  val connection = DriverManager.getConnection("jdbc:sqlite::memory:")
  assert(connection.createStatement.executeQuery("select 42").getInt(1) == 42)
  println("ok")
