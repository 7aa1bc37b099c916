"""Large studies: many municipalities, policies, parameter sets and replicates, through failures.

A study is a file (`study`), planned into tasks that are named by all that decides their result (`tasks`).
A task gives one Parquet file (`compute`), written whole or not at all (`store`); an index keeps what is done,
under way or set aside (`index`); `drive` works through what is missing on an engine (`engines`); `status`
tells how far it is, and `export` makes one table of the results.
"""
