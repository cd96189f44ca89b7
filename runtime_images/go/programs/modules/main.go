package main

import (
	"fmt"

	"github.com/google/uuid"
)

func main() {
	if area(3) == 9 && len(uuid.NewString()) == 36 {
		fmt.Println(text, "ok")
	}
}
