"""The seal of the installed program: what was built, signed, and checked at every start.

It loads the standard library, one Ed25519 verifier and the errors, so that it can run before
anything else of the program.
"""
