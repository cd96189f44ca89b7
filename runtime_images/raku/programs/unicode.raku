say "Grüße, 世界 🌍";
