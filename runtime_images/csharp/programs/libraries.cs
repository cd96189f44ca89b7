using System;
using System.Data;
using System.IO;
using System.IO.Compression;
using System.Net.Http;
using System.Numerics;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Web.Script.Serialization;
using System.Xml.Linq;

class Program
{
    static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new Exception(what);
        }
    }

    static void Main()
    {
        Check(BigInteger.Pow(2, 64).ToString() == "18446744073709551616", "numerics");
        Check(XDocument.Parse("<a><b>x</b></a>").Root.Element("b").Value == "x", "xml");
        Check(new JavaScriptSerializer().Deserialize<int[]>("[1, 2]")[1] == 2, "json");
        var numbers = new DataContractJsonSerializer(typeof(int[]));
        Check(((int[])numbers.ReadObject(new MemoryStream(Encoding.UTF8.GetBytes("[1, 2]"))))[1] == 2, "contracts");
        var table = new DataTable();
        table.Columns.Add("a", typeof(int));
        table.Rows.Add(1);
        Check((int)table.Rows[0]["a"] == 1, "data");
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.WriteByte(1);
        }
        Check(packed.ToArray().Length > 0, "compression");
        Check(new HttpClient() != null, "http");
        dynamic anything = 1;
        Check(anything + 1 == 2, "dynamic");
        Console.WriteLine("ok");
    }
}
