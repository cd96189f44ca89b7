import sys

depth = 0


def down():
    global depth
    depth += 1
    down()


try:
    down()
except RecursionError as error:
    print(error, depth)
sys.setrecursionlimit(20000)
depth = 0
try:
    down()
except RecursionError as error:
    print(error, depth)
down()
