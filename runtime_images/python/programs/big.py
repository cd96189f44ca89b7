for _ in range(16_384):
    print("x" * 63)
