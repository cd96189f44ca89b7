import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor


def told(number):
    return number * 2, sys.argv, __name__, sys.path[0], os.environ["GREETING"], multiprocessing.current_process().name


if __name__ == "__main__":
    print(multiprocessing.get_start_method(), multiprocessing.current_process(), multiprocessing.parent_process())
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(1) as pool:
            print(method, pool.map(told, [1, 2]))
        queue = context.Queue()
        child = context.Process(target=queue.put, args=(method,))
        child.start()
        print(queue.get(), child.join(), child.exitcode)
    with ProcessPoolExecutor(2) as executor:
        print(list(executor.map(abs, [-1, 2])))
