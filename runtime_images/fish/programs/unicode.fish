echo "Grüße, 世界 🌍"
