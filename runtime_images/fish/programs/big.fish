yes (string repeat -n 63 x) | head -n 16384
