return { text = "modules" }
