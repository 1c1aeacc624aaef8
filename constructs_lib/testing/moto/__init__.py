"""moto with what it lacks: the calls it does not answer, the values it reads back wrongly, the messages it never sends.

moto validates little. A green test here shows that the provider's requests are answered and read back, that a second
plan is empty, and that messages flow as AWS documents it. It never shows that AWS would accept the request.

`patches` lists every patch and what it stands in for; each module holds those of one service, and `server` runs moto
with all of them. They are loaded only in the server's process.
"""
