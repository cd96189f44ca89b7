package main

const text = "modules"
