with open("data.txt") as file:
    print(file.read(), end="")
