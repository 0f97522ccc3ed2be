# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests: takes mail on a loopback port and keeps each message in a folder.

Usage: smtp_receiver.py FOLDER [--drop-answer N] [--refuse CODE] [--tls CERT KEY]
Prints its port in the first line. With --drop-answer the first N messages are kept, and the
connection is closed instead of the last answer; with --refuse every receiver is refused by CODE.
With --tls it offers STARTTLS and takes no mail without it.
"""
import argparse
import os
import pathlib
import socket
import ssl
import sys
import threading

lock = threading.Lock()


class Server:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.folder)
        self.kept = 0
        self.context = None
        if options.tls:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(options.tls[0], options.tls[1])

    def keep(self, data):
        with lock:
            self.kept += 1
            (self.folder / f"{self.kept:04}.eml").write_bytes(data)
            return self.kept <= self.options.drop_answer

    def serve(self, connection):
        stream = connection.makefile("rwb")
        secure = False

        def say(text):
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        say("220 receiver")
        while True:
            line = stream.readline()
            if not line:
                return
            verb = line.decode(errors="replace").strip().upper()
            if verb.startswith("EHLO"):
                say("250-receiver")
                say("250 STARTTLS" if self.context and not secure else "250 OK")
            elif verb == "STARTTLS" and self.context:
                say("220 go")
                connection = self.context.wrap_socket(connection, server_side=True)
                stream = connection.makefile("rwb")
                secure = True
            elif verb.startswith("MAIL") and self.context and not secure:
                say("530 TLS first")
            elif verb.startswith("RCPT") and self.options.refuse:
                say(f"{self.options.refuse} refused")
            elif verb == "DATA":
                say("354 go on")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    piece = stream.readline()
                    if not piece:
                        return
                    data += piece
                if self.keep(data):
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 OK")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--drop-answer", type=int, default=0)
    parser.add_argument("--refuse", default="")
    parser.add_argument("--tls", nargs=2)
    server = Server(parser.parse_args())
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def end_with_parent():
        sys.stdin.read()
        os._exit(0)  # the other thread waits in accept()

    threading.Thread(target=end_with_parent, daemon=True).start()
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return

        def serve(taken):
            try:
                server.serve(taken)
            except (OSError, ValueError):
                pass
            finally:
                taken.close()

        threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
