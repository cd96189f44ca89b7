import com.fasterxml.jackson.databind.ObjectMapper
import com.google.common.collect.ImmutableList
import com.google.gson.JsonParser
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import java.io.StringReader
import java.sql.DriverManager
import kotlin.reflect.full.memberProperties
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
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

class Point(val x: Int)

fun main() {
    check(ObjectMapper().readTree("""{"a": [1, 2]}""")["a"][1].asInt() == 2)
    check(JsonParser.parseString("[1]").asJsonArray.size() == 1)
    check(ImmutableList.of(1, 2).reverse()[0] == 2)
    check(QRCodeWriter().encode("hello", BarcodeFormat.QR_CODE, 64, 64).width == 64)
    check(DigestUtils.sha256Hex("a").startsWith("ca978112"))
    check(ListUtils.union(listOf(1), listOf(2)).size == 2 && CharsetNames.UTF_8 == "UTF-8")
    check(CSVFormat.DEFAULT.parse(StringReader("a,b")).records[0][1] == "b")
    check(FilenameUtils.getExtension("a.b") == "b" && StringUtils.reverse("ab") == "ba")
    check(StatUtils.mean(doubleArrayOf(1.0, 3.0)) == 2.0 && WordUtils.capitalize("a") == "A")
    check(Jsoup.parse("<p>one<p>two").select("p").last()!!.text() == "two")
    check(Yaml().load<Map<String, Int>>("a: 1")["a"] == 1)
    check(DriverManager.getConnection("jdbc:sqlite::memory:").use { it.createStatement().executeQuery("select 42").getInt(1) } == 42)
    check(Point::class.memberProperties.single().name == "x")
    check(runBlocking { async { 42 }.await() } == 42)
    println("ok")
}
