package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	err := os.WriteFile(filepath.Join(os.Getenv("ARTIFACTS_DIR"), "result.txt"), []byte("made"), 0o644)
	if err != nil {
		panic(err)
	}
	fmt.Println("ok")
}
