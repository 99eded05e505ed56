"""The vault: what was replaced, sealed so that only officers open it, apart from the log.

Whoever redacts only seals. `sealing` is the cryptography, `values` what is sealed, `file` where it
lies, `recorded` tells which key is the vault's, and `keeping` puts values in with a release.
Officers open it in `deid.officer.vault`.
"""
