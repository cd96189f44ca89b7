println System.getenv("GREETING")
