def wait():
    while True:
        pass


def main():
    wait()


main()
