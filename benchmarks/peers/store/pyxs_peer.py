#!/usr/bin/python3
"""pyxs_peer.py - what pyxs takes for the same reads.

Reads a request a line, "read N", and answers a line each: nanoseconds.
"""
import os
import sys
import time

import pyxs


def read_values(client, repetitions):
    start = time.monotonic_ns()
    for _ in range(repetitions):
        if not client.read(b"/bench/value"):
            sys.exit("pyxs-peer: the value is empty")
    return time.monotonic_ns() - start


def main():
    with pyxs.Client(unix_socket_path=os.environ["XENSTORED_PATH"]) as client:
        for line in sys.stdin:
            request, repetitions = line.split()
            if request != "read":
                sys.exit("pyxs-peer: unknown request: " + line)
            print(read_values(client, int(repetitions)), flush=True)


main()
