function text() { return "modules" }
