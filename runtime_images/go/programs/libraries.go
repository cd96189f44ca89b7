package main

import (
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/PuerkitoBio/goquery"
	"github.com/davecgh/go-spew/spew"
	"github.com/fatih/color"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/gorilla/mux"
	jsoniter "github.com/json-iterator/go"
	"github.com/mitchellh/mapstructure"
	"github.com/montanaflynn/stats"
	"github.com/pkg/errors"
	"github.com/shopspring/decimal"
	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/exp/maps"
	"golang.org/x/net/html"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"gonum.org/v1/gonum/mat"
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
	fmt.Println("ok")
}
