import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonParser;
import com.google.zxing.BarcodeFormat;
import com.google.zxing.qrcode.QRCodeWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.collections4.ListUtils;
import org.apache.commons.compress.utils.CharsetNames;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.io.IOUtils;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.text.WordUtils;
import org.jsoup.Jsoup;
import org.yaml.snakeyaml.Yaml;

public class Libraries {
    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] args) throws Exception {
        check(new ObjectMapper().readTree("{\"a\": [1, 2]}").get("a").get(1).asInt() == 2, "jackson");
        check(JsonParser.parseString("[1]").getAsJsonArray().size() == 1, "gson");
        check(ImmutableList.of(1, 2).reverse().get(0) == 2, "guava");
        check(new QRCodeWriter().encode("hello", BarcodeFormat.QR_CODE, 64, 64).getWidth() == 64, "zxing");
        check(DigestUtils.sha256Hex("a").startsWith("ca978112"), "codec");
        check(ListUtils.union(ImmutableList.of(1), ImmutableList.of(2)).size() == 2, "collections");
        check(CharsetNames.UTF_8.equals("UTF-8"), "compress");
        check(CSVFormat.DEFAULT.parse(new StringReader("a,\"b,c\"")).getRecords().get(0).get(1).equals("b,c"), "csv");
        check(IOUtils.toByteArray(IOUtils.toInputStream("a", StandardCharsets.UTF_8)).length == 1, "io");
        check(StringUtils.reverse("ab").equals("ba"), "lang");
        check(StatUtils.mean(new double[] {1, 2, 3}) == 2, "math");
        check(WordUtils.capitalize("a b").equals("A B"), "text");
        check(Jsoup.parse("<p>one<p>two").select("p").last().text().equals("two"), "jsoup");
        check(new Yaml().<Map<String, Integer>>load("a: 1").get("a") == 1, "snakeyaml");
        try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            check(connection.createStatement().executeQuery("select 6 * 7").getInt(1) == 42, "sqlite");
        }
        System.out.println("ok");
    }
}
