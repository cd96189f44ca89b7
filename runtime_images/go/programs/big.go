package main

import (
	"fmt"
	"strings"
)

func main() {
	for i := 0; i < 16384; i++ {
		fmt.Println(strings.Repeat("x", 63))
	}
}
