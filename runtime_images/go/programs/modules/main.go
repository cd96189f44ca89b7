package main

import "fmt"

func main() {
	if area(3) == 9 {
		fmt.Println(text, "ok")
	}
}
