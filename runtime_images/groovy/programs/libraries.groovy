import com.fasterxml.jackson.databind.ObjectMapper
import com.google.common.collect.ImmutableList
import com.google.gson.JsonParser
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import groovy.json.JsonSlurper
import groovy.sql.Sql
import groovy.text.SimpleTemplateEngine
import groovy.xml.XmlSlurper
import groovy.yaml.YamlSlurper
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

assert new JsonSlurper().parseText('{"a": [1, 2]}').a[1] == 2
assert new ObjectMapper().readTree('[1]').size() == 1
assert JsonParser.parseString('[1]').asJsonArray.size() == 1
assert new XmlSlurper().parseText('<a><b>x</b></a>').b.text() == 'x'
assert new YamlSlurper().parseText('a: 1').a == 1
assert new Yaml().load('a: 1').a == 1
assert CSVFormat.DEFAULT.parse(new StringReader('a,b')).records[0][1] == 'b'
assert new SimpleTemplateEngine().createTemplate('hi $name').make(name: 'Ada').toString() == 'hi Ada'
assert Sql.newInstance('jdbc:sqlite::memory:').firstRow('select 42 as x').x == 42
assert ImmutableList.of(1, 2).reverse()[0] == 2
assert new QRCodeWriter().encode('hello', BarcodeFormat.QR_CODE, 64, 64).width == 64
assert DigestUtils.sha256Hex('a').startsWith('ca978112')
assert ListUtils.union([1], [2]).size() == 2 && CharsetNames.UTF_8 == 'UTF-8'
assert FilenameUtils.getExtension('a.b') == 'b' && StringUtils.reverse('ab') == 'ba'
assert StatUtils.mean([1, 3] as double[]) == 2 && WordUtils.capitalize('a') == 'A'
assert Jsoup.parse('<p>one<p>two').select('p').last().text() == 'two'
println 'ok'
