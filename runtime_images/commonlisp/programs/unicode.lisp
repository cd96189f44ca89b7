(format t "Grüße, 世界 🌍~%")
