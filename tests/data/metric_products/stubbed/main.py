import json
import os


def load(path):
    # TODO: read the file
    pass


def save(path, data):
    raise NotImplementedError


def main():
    print("ready")


main()
