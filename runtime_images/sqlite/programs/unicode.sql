SELECT 'Grüße, 世界 🌍';
