#lang racket
(displayln "Grüße, 世界 🌍")
