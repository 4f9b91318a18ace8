import sys


def run():
    mark = sys.stdin.readline()
    names = {"__name__": "answer"}
    for part in ("answer", "test"):
        path = "/files/" + part + ".py"
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), names)
    sys.__stdout__.flush()
    sys.__stdout__.write("\n" + mark)
    sys.__stdout__.flush()


run()
