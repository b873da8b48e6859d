"""A mail server on the loopback interface that misbehaves as it is told, in a thread of its own."""

import contextlib
import socket
import ssl
import subprocess
import threading


class Scripted:
    """Answers each command as its script says, else as a good server does; keeps the mails that it took.

    A script gives for a command ("greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "." for the end of a
    mail) an answer, or DROP, STALL; with `(n, answer)` only for its n-th time.
    """

    def __init__(self, script=None, *, context=None, secure=False):
        self.script, self.context, self.secure = script or {}, context, secure
        self.mails, self.seen, self.lines = [], {}, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                self.lines += 1
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def close(self):
        self._ended.set()
        self._listening.close()

    def _serve(self, line):
        with contextlib.suppress(OSError, DroppedError):
            try:
                if self.secure:
                    line = self.context.wrap_socket(line, server_side=True)
                self._talk(line)
            finally:
                line.close()

    def _talk(self, line):
        self._answer(line, "greeting", "220 here")
        stream, mail = line.makefile("rb"), {}
        while command := stream.readline().decode("ascii", "replace"):
            word = command.split()[0].upper() if command.split() else ""
            if word == "DATA":
                self._take(line, stream, mail)
                mail = {}
            elif word == "STARTTLS":
                self._answer(line, word, "220 go on")
                line = self.context.wrap_socket(line, server_side=True)
                stream = line.makefile("rb")
            elif word == "EHLO":
                self._answer(line, word, self._offers(line))
            else:
                mail[word] = command.strip()
                self._answer(line, word, "235 come in" if word == "AUTH" else "250 fine")

    def _take(self, line, stream, mail):
        if not self._answer(line, "DATA", "354 go on").startswith("354"):
            return
        message = self._message(line, stream)
        # Kept before it is said: who has been told that a mail was taken may look for it at once.
        self._answer(line, ".", "250 taken", keep=mail | {"message": message})

    def _offers(self, line):
        offers = ["here", "8BITMIME", "AUTH PLAIN"]
        if self.context and not isinstance(line, ssl.SSLSocket):
            offers.append("STARTTLS")
        return "\r\n".join([*(f"250-{one}" for one in offers[:-1]), f"250 {offers[-1]}"])

    def _message(self, line, stream):
        """The text of a mail, without the dots that were put before lines."""
        lines = []
        while (read := stream.readline()) and read != b".\r\n":
            lines.append(read)
            if len(lines) == self.script.get("drop after lines"):
                raise DroppedError
            if len(lines) == self.script.get("stall after lines"):
                self._ended.wait(20)
                raise DroppedError
        return b"".join(one[1:] if one.startswith(b".") else one for one in lines)

    def _answer(self, line, word, usual, keep=None):
        time = self.seen[word] = self.seen.get(word, 0) + 1
        told = self.script.get(word, usual)
        if isinstance(told, tuple):
            told = told[1] if told[0] == time else usual
        if told == DROP:
            raise DroppedError
        if told == STALL:
            self._ended.wait(20)
            raise DroppedError
        if keep and told.startswith("2"):
            self.mails.append(keep)
        line.sendall(told.encode() + b"\r\n")
        return told


class DroppedError(Exception):
    """The server drops the line here."""


DROP, STALL = "drop", "stall"


def certificate(folder, name="localhost"):
    """A certificate for a host, its own authority: contexts of a server that has it, and of a client that believes it."""
    file, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, *names, "-keyout", key, "-out", file], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    return server, ssl.create_default_context(cafile=str(file))
