# tries: reach a host of the internet's kind in semitrusted mode, lest the rest be true for want of a network
# must: get an answer
# network: semitrusted
import socket

with socket.create_connection(("192.0.2.1", 80), timeout=3) as s:
    print("contained" if s.recv(64).startswith(b"HTTP") else "BREACH: no answer")
