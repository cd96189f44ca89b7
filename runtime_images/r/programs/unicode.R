writeLines("Grüße, 世界 🌍")
