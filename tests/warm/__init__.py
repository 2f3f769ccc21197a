"""The command `comity` from a process that has loaded it: a start takes a twentieth of the time.

Each command is a process of its own all the same, forked when it is asked for, with the arguments,
the environment, the folder and the streams of whoever asked, and with an interpreter that ends as
any other. Only the loading is shared. What a new interpreter decides before it loads comity, such
as the encoding of its streams, is tried with real processes.
"""

from tests.warm.command import warm_folder

__all__ = ["warm_folder"]
