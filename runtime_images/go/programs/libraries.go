package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/PuerkitoBio/goquery"
	"github.com/davecgh/go-spew/spew"
	"github.com/dustin/go-humanize"
	"github.com/emirpasic/gods/maps/treemap"
	"github.com/fatih/color"
	"github.com/fogleman/gg"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/btree"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/gorilla/mux"
	"github.com/gorilla/websocket"
	jsoniter "github.com/json-iterator/go"
	"github.com/mitchellh/mapstructure"
	"github.com/montanaflynn/stats"
	"github.com/olekukonko/tablewriter"
	"github.com/pkg/errors"
	"github.com/rs/zerolog"
	"github.com/samber/lo"
	"github.com/shopspring/decimal"
	"github.com/sirupsen/logrus"
	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/tidwall/gjson"
	"github.com/yuin/goldmark"
	"go.uber.org/zap"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/exp/maps"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/net/html"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/time/rate"
	"gonum.org/v1/gonum/mat"
	"gopkg.in/ini.v1"
	yaml2 "gopkg.in/yaml.v2"
	"gopkg.in/yaml.v3"
)

func check(holds bool, what string) {
	if !holds {
		panic(what)
	}
}

func main() {
	var table map[string]int
	_, err := toml.Decode("a = 1", &table)
	check(err == nil && table["a"] == 1, "toml")
	check(yaml.Unmarshal([]byte("a: 2"), &table) == nil && table["a"] == 2, "yaml")
	page, err := goquery.NewDocumentFromReader(strings.NewReader("<p>one<p>two"))
	check(err == nil && page.Find("p").Last().Text() == "two", "goquery")
	check(spew.Sdump(1) == "(int) 1\n" && color.New().Sprint("a") == "a", "spew, color")
	check(jwt.SigningMethodHS256.Alg() == "HS256", "jwt")
	check(cmp.Equal([]int{1}, []int{1}) && len(uuid.NewString()) == 36, "cmp, uuid")
	check(mux.NewRouter() != nil && (&cobra.Command{Use: "x"}).Name() == "x", "mux, cobra")
	check(jsoniter.UnmarshalFromString(`{"a": 3}`, &table) == nil && table["a"] == 3, "jsoniter")
	check(mapstructure.Decode(map[string]int{"a": 4}, &table) == nil && table["a"] == 4, "mapstructure")
	mean, err := stats.Mean([]float64{1, 2, 3})
	check(err == nil && mean == 2, "stats")
	check(errors.Wrap(errors.New("b"), "a").Error() == "a: b", "errors")
	check(decimal.RequireFromString("0.1").Add(decimal.RequireFromString("0.2")).String() == "0.3", "decimal")
	picture, err := qrcode.Encode("hello", qrcode.Medium, 64)
	check(err == nil && len(picture) > 100, "qrcode")
	check(assert.ObjectsAreEqual(1, 1), "testify")
	_, err = bcrypt.GenerateFromPassword([]byte("a"), bcrypt.MinCost)
	check(err == nil, "bcrypt")
	check(len(maps.Keys(table)) == 1 && html.EscapeString("<") == "&lt;", "exp, net")
	check(new(errgroup.Group).Wait() == nil, "sync")
	check(cases.Title(language.English).String("a") == "A", "text")
	check(mat.Det(mat.NewDense(2, 2, []float64{1, 0, 0, 1})) == 1, "gonum")
	check(humanize.Bytes(2000) == "2.0 kB" && treemap.NewWithIntComparator().Empty(), "humanize, gods")
	canvas := gg.NewContext(8, 8)
	canvas.DrawCircle(4, 4, 2)
	canvas.Fill()
	check(canvas.EncodePNG(io.Discard) == nil && basicfont.Face7x13.Advance == 7, "gg, image")
	tree := btree.New(2)
	tree.ReplaceOrInsert(btree.Int(1))
	check(tree.Len() == 1 && websocket.TextMessage == 1, "btree, websocket")
	var written strings.Builder
	tablewriter.NewWriter(&written).Render()
	structured := zerolog.New(&written)
	structured.Info().Msg("zerolog")
	logger := logrus.New()
	logger.SetOutput(&written)
	logger.Info("logrus")
	check(strings.Contains(written.String(), "zerolog") && strings.Contains(written.String(), "logrus"), "logs")
	check(goldmark.Convert([]byte("*a*"), &written) == nil && strings.Contains(written.String(), "<em>a</em>"), "goldmark")
	check(zap.NewNop() != nil && !term.IsTerminal(99) && rate.NewLimiter(1, 1).Allow(), "zap, term, time")
	check(lo.Sum([]int{1, 2}) == 3 && gjson.Get(`{"a": 5}`, "a").Int() == 5, "lo, gjson")
	check(pflag.NewFlagSet("x", pflag.ContinueOnError).Parse(nil) == nil, "pflag")
	settings, err := ini.Load([]byte("a = 6"))
	check(err == nil && settings.Section("").Key("a").String() == "6", "ini")
	check(yaml2.Unmarshal([]byte("a: 7"), &table) == nil && table["a"] == 7, "yaml.v2")
	check(answer("GET /hello/{name}", "/hello/you") == "you", "patterns of this version's net/http")
	fmt.Println("ok")
}

func answer(pattern, path string) string {
	routes, recorder := http.NewServeMux(), httptest.NewRecorder()
	routes.HandleFunc(pattern, func(writer http.ResponseWriter, request *http.Request) {
		fmt.Fprint(writer, request.PathValue("name"))
	})
	routes.ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
	return recorder.Body.String()
}
